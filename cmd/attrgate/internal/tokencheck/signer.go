package tokencheck

// Signer signs tokens anew, so that their claims can be judged without the issuer's keys. It
// is safe for concurrent use.
type Signer struct {
	own signer
}

// NewSigner makes a key that nobody else has.
func NewSigner() (Signer, error) {
	own, err := newSigner()
	return Signer{own}, err
}

// Algorithm is the algorithm of the signatures.
func (s Signer) Algorithm() string { return "ES256" }

// Public is the key that verifies them, as PEM.
func (s Signer) Public() string { return s.own.public }

// Sign returns a token with the same typ and, byte for byte, the same claims.
func (s Signer) Sign(t Token) string { return s.own.sign(t) }
