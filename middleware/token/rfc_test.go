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
			public, err := parsePinned(string(v.Key))
			if err != nil {
				t.Fatal(err)
			}
			alg, known := algorithmOf(v.Algorithm)
			if !known || !fits(public, alg) {
				t.Fatalf("the key is not for %s", v.Algorithm)
			}
			message, signature := takeApart(t, v)
			if !signed(alg, public, message, signature) {
				t.Fatal("the signature is refused")
			}
			checkChangedBits(t, alg, public, message, signature)
			checkOtherAlgorithms(t, alg, public, message, signature)
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

// takeApart splits a token as parseJWT does, and wants its header to name the algorithm.
func takeApart(t *testing.T, v vector) (message, signature []byte) {
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
func checkChangedBits(t *testing.T, alg algorithm, public *key, message, signature []byte) {
	t.Helper()
	for i := range signature {
		signature[i] ^= 1 << (i % 8)
		if signed(alg, public, message, signature) {
			t.Errorf("accepted with a bit of the signature's byte %d changed", i)
		}
		signature[i] ^= 1 << (i % 8)
	}
	for i := 0; i < len(message); i += 16 {
		message[i] ^= 1
		if signed(alg, public, message, signature) {
			t.Errorf("accepted with a bit of the message's byte %d changed", i)
		}
		message[i] ^= 1
	}
	if signed(alg, public, message, signature[:len(signature)-1]) || signed(alg, public, message, append(signature, 0)) {
		t.Error("accepted with a signature of another length")
	}
}

// checkOtherAlgorithms takes the signature for one of each other algorithm of the key's type.
func checkOtherAlgorithms(t *testing.T, alg algorithm, public *key, message, signature []byte) {
	t.Helper()
	for _, name := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		other, _ := algorithmOf(name)
		if name != alg.name && fits(public, other) && signed(other, public, message, signature) {
			t.Errorf("accepted as %s", name)
		}
	}
}
