package token

import "crypto/sha256"

// Confirmation is what the sender of a token has to prove (RFC 7800, section 3.1). Where
// both members are set, both have to be proven.
type Confirmation struct {
	// Key is the thumbprint of the key that signs the sender's DPoP proofs: SHA-256 as
	// base64url (RFC 9449, section 6: jkt). Empty: no proof is asked for.
	Key string

	// Certificate is the thumbprint of the sender's TLS certificate: SHA-256 as base64url
	// (RFC 8705, section 3.1: x5t#S256). Empty: no certificate is asked for.
	Certificate string
}

// confirmationOf reads the member cnf of a token's claims, or of an introspection answer
// (RFC 9449, section 6.2, and RFC 8705, section 3.2, put it there in the same form). It is
// not ok if it asks for anything that we cannot check; nil means that there is none.
func confirmationOf(claims map[string]any) (confirmation *Confirmation, ok bool) {
	if member, there := claims["cnf"]; there {
		return readConfirmation(member)
	}
	return nil, true
}

func readConfirmation(member any) (confirmation *Confirmation, ok bool) {
	object, isObject := member.(map[string]any)
	if !isObject || len(object) == 0 {
		return nil, false
	}
	confirmation = &Confirmation{}
	for name, value := range object {
		digest, isText := value.(string)
		switch {
		case !isText || !isDigest(digest):
			return nil, false
		case name == "jkt":
			confirmation.Key = digest
		case name == "x5t#S256":
			confirmation.Certificate = digest
		default:
			return nil, false
		}
	}
	return confirmation, true
}

// isDigest tells whether a text is a SHA-256 digest as base64url.
func isDigest(text string) bool {
	sum, err := unbase64(text)
	return err == nil && len(sum) == sha256.Size
}
