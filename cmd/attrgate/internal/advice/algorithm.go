package advice

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/attrgate/attrgate/middleware/policy"
)

// onShared notes symmetric keys: they do not tell who signs from who checks.
func onShared(issuer policy.Issuer, path string, found *policy.Problems) {
	if issuer.Secret+issuer.SecretEnv+issuer.SecretFile != "" {
		found.Add(path, "whoever can check a token with a shared secret can make one; use public keys if the issuer has them")
	}
}

// onWeakest notes PKCS #1 v1.5 signatures beside better ones. On their own they are a fair
// choice: many issuers have nothing else.
func onWeakest(algorithms []string, path string, found *policy.Problems) {
	better := slices.IndexFunc(algorithms, strong)
	if better < 0 {
		return
	}
	for i, name := range algorithms {
		if weak(name) {
			found.Add(at(path, i), "%s is weaker than %s; leave it out unless something is signed with it", name, algorithms[better])
		}
	}
}

func weak(name string) bool { return strings.HasPrefix(name, "RS") }

// strong knows the better ones by their names: what is none of the gate's, as "none", is a
// problem and no better one.
func strong(name string) bool {
	return strings.HasPrefix(name, "PS") || strings.HasPrefix(name, "ES") || name == "EdDSA"
}

// onUnused notes algorithms that none of the pinned keys is for.
func onUnused(issuer policy.Issuer, path string, found *policy.Problems) {
	if len(issuer.Keys) == 0 {
		return
	}
	var usable []string
	for _, key := range issuer.Keys {
		usable = append(usable, algorithmsOf(key)...)
	}
	for i, name := range issuer.Algorithms {
		if !slices.Contains(usable, name) {
			found.Add(at(path, i), "none of the pinned keys is for %s; leave it out", name)
		}
	}
}

// algorithmsOf lists what a pinned key, a JWK or PEM, may verify; nothing if it is neither.
func algorithmsOf(text string) []string {
	var key jose.JSONWebKey
	if block, _ := pem.Decode([]byte(strings.TrimSpace(text))); block != nil {
		key.Key, _ = x509.ParsePKIXPublicKey(block.Bytes) // the gate says what is wrong with it
	} else if key.UnmarshalJSON([]byte(text)) == nil && key.Algorithm != "" {
		return []string{key.Algorithm}
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	case *ecdsa.PublicKey:
		return []string{map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[public.Params().BitSize]}
	case ed25519.PublicKey:
		return []string{"EdDSA"}
	}
	return nil
}
