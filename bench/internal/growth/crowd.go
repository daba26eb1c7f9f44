package growth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/middleware"
)

// crowd signs tokens with EdDSA, of which thousands a second can be had, for a gate that
// remembers them.
type crowd struct {
	key  ed25519.PrivateKey
	gate *middleware.Gate
}

func newCrowd(tokens int) (*crowd, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	signer, err := sample.NewSigner()
	if err != nil {
		return nil, err
	}
	p, err := signer.Policy()
	if err != nil {
		return nil, err
	}
	p.Issuers[0].Keys = []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
	p.RememberedTokens = max(p.RememberedTokens, 2*tokens) // half of them for sure
	gate, err := middleware.New(p, middleware.Options{})
	return &crowd{key: key, gate: gate}, err
}

func (c *crowd) header(number int) ([]string, error) {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": sample.Issuer, "aud": sample.Audience, "sub": "crm-sync", "client_id": "crm", "jti": strconv.Itoa(number),
		"scope": sample.Scopes, "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(c.key)
	return []string{"Bearer " + signed}, err
}

// sender returns a function that sends one request.
func (c *crowd) sender() (func(header []string) error, error) {
	r, err := sample.NewRequest("", sample.Plain)
	gate, answer := c.gate.Wrap(sample.Backend()), sample.NewAnswer()
	return func(header []string) error {
		r.SetToken(header)
		if status := answer.Serve(gate, r.Again()); status != http.StatusNoContent {
			return fmt.Errorf("answered %d", status)
		}
		return nil
	}, err
}

// introduce lets the gate see tokens, each for the first time, on all processors, and
// returns the headers of several of them, from all over the memory.
func (c *crowd) introduce(tokens int) (headers [][]string, err error) {
	type share struct {
		headers [][]string
		err     error
	}
	shares, workers := make(chan share), runtime.NumCPU()
	for first := range workers {
		go func() {
			var s share
			s.headers, s.err = c.introduceShare(first, workers, tokens)
			shares <- s
		}()
	}
	for range workers {
		s := <-shares
		headers, err = append(headers, s.headers...), errors.Join(err, s.err)
	}
	return headers, err
}

func (c *crowd) introduceShare(first, step, tokens int) (headers [][]string, err error) {
	send, err := c.sender()
	if err != nil {
		return nil, err
	}
	every := (tokens + several - 1) / several
	for number := first; number < tokens; number += step {
		header, err := c.header(number)
		if err != nil {
			return nil, err
		}
		if err := send(header); err != nil {
			return nil, err
		}
		if number%every == 0 {
			headers = append(headers, header)
		}
	}
	return headers, nil
}
