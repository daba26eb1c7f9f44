package token

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxProof is the longest accepted proof, in bytes.
	maxProof = 8 << 10

	// maxJTI is the longest accepted jti, in bytes.
	maxJTI = 256

	// maxProofRSABits is the largest RSA key that a client may make us compute with.
	maxProofRSABits = 8192

	// proofLeeway is how far a client's clock may be ahead.
	proofLeeway = 30 * time.Second
)

// checkProof holds the one proof of a request against RFC 9449, section 4.3, and uses it up.
// There are no nonces. What costs most comes last.
func checkProof(b *Binding, sent Sent, jkt string, now time.Time) error {
	proof, header, signature, err := parseProof(sent.Request.Header["Dpop"])
	if err != nil {
		return err
	}
	k, alg, err := proofKey(b, header, jkt)
	if err != nil {
		return err
	}
	issued, err := checkProofClaims(b, sent, proof.claims, now)
	if err != nil {
		return err
	}
	if !signed(alg, k, covered(proof), signature) {
		return badProof("its signature is wrong")
	}
	jti, _ := text(proof.claims, "jti")
	id := proofID{key: jkt, jti: jti}
	err = useProof(usedProofs, id, issued.Add(b.age), now)
	if err != nil || b.proofs == nil {
		return err
	}
	return useShared(sent.Request.Context(), b, id, issued)
}

func badProof(why string) error {
	return fmt.Errorf("%w: %s", ErrProof, why)
}

// parseProof takes the one proof apart, as strictly as an access token, but for the key that
// its header brings.
func parseProof(headers []string) (proof *jwt, header map[string]any, signature []byte, err error) {
	switch {
	case len(headers) == 0:
		return nil, nil, nil, badProof("it is missing; send one in the DPoP header")
	case len(headers) > 1:
		return nil, nil, nil, badProof("there is more than one DPoP header")
	case len(headers[0]) > maxProof || strings.Count(headers[0], ".") != 2:
		return nil, nil, nil, badProof("it is not one JWT of at most 8 KiB")
	}
	proof, okClaims := parseJWT(headers[0])
	header, okHeader := parseHeader(proof.parts[0])
	signature, err = unbase64(proof.parts[2])
	if !okClaims || !okHeader || err != nil {
		return nil, nil, nil, badProof("it is malformed")
	}
	if typ, _ := text(header, "typ"); typ != "dpop+jwt" {
		return nil, nil, nil, badProof("typ must be dpop+jwt")
	}
	return proof, header, signature, nil
}

// proofKey reads the key that a proof brings, which must be the one that the token is
// bound to, and fit an accepted algorithm.
func proofKey(b *Binding, header map[string]any, jkt string) (*key, algorithm, error) {
	name, _ := text(header, "alg")
	alg, known := b.algorithms[name]
	if !known {
		return nil, alg, badProof("alg must be one of " + b.Algorithms())
	}
	raw, err := publicJWK(header["jwk"])
	if err != nil {
		return nil, alg, badProof("jwk: " + err.Error())
	}
	k, err := parseJWK(raw)
	if err != nil || !fits(k, alg) || (k.rsa != nil && k.rsa.N.BitLen() > maxProofRSABits) {
		return nil, alg, badProof("jwk is not a key for " + name)
	}
	if !same(thumbprint(raw), jkt) {
		return nil, alg, ErrBinding
	}
	return k, alg, nil
}

// publicJWK reads a key from a decoded header. Names are compared exactly, and what only a
// private key has is refused.
func publicJWK(member any) (jwk, error) {
	object, ok := member.(map[string]any)
	if !ok {
		return jwk{}, errors.New("a public key is required")
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, there := object[name]; there {
			return jwk{}, errors.New("not a public key")
		}
	}
	raw := jwk{
		Kty: memberText(object, "kty"), Crv: memberText(object, "crv"), Alg: memberText(object, "alg"),
		Use: memberText(object, "use"), N: memberText(object, "n"), E: memberText(object, "e"),
		X: memberText(object, "x"), Y: memberText(object, "y"),
	}
	if operations, there := object["key_ops"]; there {
		words, ok := list(operations)
		if !ok {
			return jwk{}, errors.New("key_ops is not a list")
		}
		raw.KeyOps = words
	}
	return raw, nil
}

// memberText returns a member, or for one that is no string a text that is good nowhere.
func memberText(object map[string]any, name string) string {
	value, ok := text(object, name)
	if !ok {
		return "?"
	}
	return value
}

// thumbprint is the digest of a key's required members (RFC 7638, section 3). They hold no
// character that JSON escapes: parseJWK accepted them.
func thumbprint(raw jwk) string {
	switch raw.Kty {
	case "RSA":
		return digestText(`{"e":"` + raw.E + `","kty":"RSA","n":"` + raw.N + `"}`)
	case "EC":
		return digestText(`{"crv":"` + raw.Crv + `","kty":"EC","x":"` + raw.X + `","y":"` + raw.Y + `"}`)
	}
	return digestText(`{"crv":"` + raw.Crv + `","kty":"` + raw.Kty + `","x":"` + raw.X + `"}`)
}

// checkProofClaims returns when a proof was made, if it was made for this request.
func checkProofClaims(b *Binding, sent Sent, claims map[string]any, now time.Time) (time.Time, error) {
	issued, ok := date(claims, "iat")
	method, _ := text(claims, "htm")
	target, _ := text(claims, "htu")
	hash, _ := text(claims, "ath")
	jti, _ := text(claims, "jti")
	switch {
	case jti == "" || len(jti) > maxJTI:
		return issued, badProof("jti must be a text of 1 to 256 bytes")
	case method != sent.Request.Method:
		return issued, badProof("htm is not the method of the request")
	case !sameTarget(b, sent.Request, target):
		return issued, badProof("htu is not the address of the request")
	case issued.IsZero() || !ok:
		return issued, badProof("iat must be a time")
	case now.After(issued.Add(b.age)):
		return issued, badProof("it is too old")
	case now.Before(issued.Add(-proofLeeway)) || !current(claims, now):
		return issued, badProof("it is not valid at this time")
	case !same(hash, digestText(sent.Raw)):
		return issued, badProof("ath is not the hash of the access token")
	}
	return issued, nil
}

// current tells whether exp and nbf, which a proof need not have, allow it.
func current(claims map[string]any, now time.Time) bool {
	expiry, okExpiry := date(claims, "exp")
	notBefore, okNotBefore := date(claims, "nbf")
	return okExpiry && okNotBefore && (expiry.IsZero() || now.Before(expiry)) && !now.Before(notBefore.Add(-proofLeeway))
}

// sameTarget compares htu with the request's address, without query and fragment. The
// path must be the one that reached the gate, character by character.
func sameTarget(b *Binding, r *http.Request, htu string) bool {
	u, err := url.Parse(htu)
	if err != nil || u.Host == "" || u.User != nil || r.URL.Opaque != "" || u.EscapedPath() != r.URL.EscapedPath() {
		return false
	}
	claimed := origin(u.Scheme, u.Host)
	if len(b.origins) > 0 {
		return b.origins[claimed]
	}
	if r.TLS != nil {
		return claimed == origin("https", r.Host)
	}
	return claimed == origin("http", r.Host)
}

// digestText is SHA-256 as base64url.
func digestText(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// same compares in constant time.
func same(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
