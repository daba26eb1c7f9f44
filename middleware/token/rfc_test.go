package token

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// vector is an example that an RFC signed. Its key holds the public half only.
type vector struct {
	Source    string          `json:"source"`
	Algorithm string          `json:"algorithm"`
	Key       json.RawMessage `json:"key"`
	Token     string          `json:"token"`
}

// TestVectorsOfTheRFCs stands inside the package: most of the payloads are no claims, some
// not even JSON, and so no verifier would look at their signatures.
func TestVectorsOfTheRFCs(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.Source, func(t *testing.T) {
			k := vectorKey(t, v)
			alg, known := algorithmOf(v.Algorithm)
			if !known || !fits(k, alg) {
				t.Fatalf("the key is not for %s", v.Algorithm)
			}
			message, signature := splitVector(t, v)
			if !signed(alg, k, message, signature) {
				t.Fatal("the signature is refused")
			}
			checkChangedBits(t, alg, k, message, signature)
			checkOtherAlgorithms(t, alg, k, message, signature)
		})
	}
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	content, err := os.ReadFile("testdata/rfc.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(content, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 {
		t.Fatal("no vectors")
	}
	return vectors
}

// vectorKey reads a public key as a policy's, or a secret, which a policy has as text.
func vectorKey(t *testing.T, v vector) *key {
	t.Helper()
	var raw jwk
	if err := json.Unmarshal(v.Key, &raw); err != nil {
		t.Fatal(err)
	}
	if raw.Kty == symmetric {
		secret, err := unbase64(raw.K)
		if err != nil {
			t.Fatal(err)
		}
		return &key{kty: symmetric, secret: secret}
	}
	public, err := parsePinned(string(v.Key))
	if err != nil {
		t.Fatal(err)
	}
	return public
}

// splitVector splits a token, and wants its header to name the algorithm.
func splitVector(t *testing.T, v vector) (message, signature []byte) {
	t.Helper()
	at := strings.LastIndex(v.Token, ".")
	head, _, _ := strings.Cut(v.Token, ".")
	header, ok := parsePart(head)
	if name, _ := text(header, "alg"); !ok || name != v.Algorithm {
		t.Fatalf("the header is %v", header)
	}
	signature, err := unbase64(v.Token[at+1:])
	if err != nil {
		t.Fatal(err)
	}
	return []byte(v.Token[:at]), signature
}

// checkChangedBits changes one bit of each byte of the signature, and of some of the message.
func checkChangedBits(t *testing.T, alg algorithm, k *key, message, signature []byte) {
	t.Helper()
	for i := range signature {
		signature[i] ^= 1 << (i % 8)
		if signed(alg, k, message, signature) {
			t.Errorf("accepted with a bit of the signature's byte %d changed", i)
		}
		signature[i] ^= 1 << (i % 8)
	}
	for i := 0; i < len(message); i += 16 {
		message[i] ^= 1
		if signed(alg, k, message, signature) {
			t.Errorf("accepted with a bit of the message's byte %d changed", i)
		}
		message[i] ^= 1
	}
	if signed(alg, k, message, signature[:len(signature)-1]) || signed(alg, k, message, append(signature, 0)) {
		t.Error("accepted with a signature of another length")
	}
}

// checkOtherAlgorithms takes the signature for one of each other algorithm of the key's type.
func checkOtherAlgorithms(t *testing.T, alg algorithm, k *key, message, signature []byte) {
	t.Helper()
	for _, name := range []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		other, _ := algorithmOf(name)
		if name != alg.name && fits(k, other) && signed(other, k, message, signature) {
			t.Errorf("accepted as %s", name)
		}
	}
}

// TestThumbprintsOfTheRFCs takes the examples of RFC 7638, section 3.1, and RFC 8037,
// appendix A.3.
func TestThumbprintsOfTheRFCs(t *testing.T) {
	for want, raw := range map[string]jwk{
		"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs": {Kty: "RSA", Kid: "2011-04-29", Alg: "RS256", E: "AQAB", N: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFb" +
			"WhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93l" +
			"qt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNL" +
			"yrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"},
		"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k": {Kty: "OKP", Crv: "Ed25519", X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
	} {
		if got := thumbprint(raw); got != want {
			t.Errorf("%s: %s, want %s", raw.Kty, got, want)
		}
	}
}
