package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"
)

// algorithm is a signature algorithm of RFC 7518, section 3.1, or RFC 8037, section 3.1.
type algorithm struct {
	name  string
	kty   string // the key type it takes
	curve string // the curve it takes, for EC and OKP
	hash  crypto.Hash
	size  int // of one half of an ECDSA signature, or of the least secret, in bytes
}

// symmetric is the type of the keys that both sides know (RFC 7518, section 6.4).
const symmetric = "oct"

// algorithmOf finds an algorithm by its exact name; there is no "none" to find.
func algorithmOf(name string) (algorithm, bool) {
	switch name {
	case "RS256", "PS256":
		return algorithm{name, "RSA", "", crypto.SHA256, 0}, true
	case "RS384", "PS384":
		return algorithm{name, "RSA", "", crypto.SHA384, 0}, true
	case "RS512", "PS512":
		return algorithm{name, "RSA", "", crypto.SHA512, 0}, true
	case "ES256":
		return algorithm{name, "EC", "P-256", crypto.SHA256, 32}, true
	case "ES384":
		return algorithm{name, "EC", "P-384", crypto.SHA384, 48}, true
	case "ES512":
		return algorithm{name, "EC", "P-521", crypto.SHA512, 66}, true
	case "EdDSA":
		return algorithm{name, "OKP", "Ed25519", 0, 0}, true
	case "HS256":
		return algorithm{name, symmetric, "", crypto.SHA256, 32}, true
	case "HS384":
		return algorithm{name, symmetric, "", crypto.SHA384, 48}, true
	case "HS512":
		return algorithm{name, symmetric, "", crypto.SHA512, 64}, true
	}
	return algorithm{}, false
}

// signed tells whether signature is the key's over message. The key fits the algorithm.
func signed(alg algorithm, k *key, message, signature []byte) bool {
	switch {
	case alg.kty == symmetric:
		return signedHMAC(alg, k.secret, message, signature)
	case alg.kty == "OKP":
		return ed25519.Verify(k.ed, message, signature)
	case alg.kty == "EC":
		return signedEC(alg, k.ec, message, signature)
	case alg.name[0] == 'P':
		return signedPSS(alg, k.rsa, message, signature)
	}
	return rsa.VerifyPKCS1v15(k.rsa, alg.hash, digest(alg.hash, message), signature) == nil
}

func signedPSS(alg algorithm, public *rsa.PublicKey, message, signature []byte) bool {
	options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
	return rsa.VerifyPSS(public, alg.hash, digest(alg.hash, message), signature, options) == nil
}

// signedEC reads the two halves of RFC 7518, section 3.4. Neither may be zero.
func signedEC(alg algorithm, public *ecdsa.PublicKey, message, signature []byte) bool {
	if len(signature) != 2*alg.size {
		return false
	}
	r := new(big.Int).SetBytes(signature[:alg.size])
	s := new(big.Int).SetBytes(signature[alg.size:])
	return r.Sign() > 0 && s.Sign() > 0 && ecdsa.Verify(public, digest(alg.hash, message), r, s)
}

// signedHMAC compares in constant time (RFC 7518, section 3.2).
func signedHMAC(alg algorithm, secret, message, signature []byte) bool {
	mac := hmac.New(sha256.New, secret)
	switch alg.hash {
	case crypto.SHA384:
		mac = hmac.New(sha512.New384, secret)
	case crypto.SHA512:
		mac = hmac.New(sha512.New, secret)
	}
	_, _ = mac.Write(message) // a hash never fails to write
	return hmac.Equal(signature, mac.Sum(nil))
}

func digest(hash crypto.Hash, message []byte) []byte {
	switch hash {
	case crypto.SHA384:
		sum := sha512.Sum384(message)
		return sum[:]
	case crypto.SHA512:
		sum := sha512.Sum512(message)
		return sum[:]
	}
	sum := sha256.Sum256(message)
	return sum[:]
}
