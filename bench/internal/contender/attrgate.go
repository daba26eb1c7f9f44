package contender

import (
	"fmt"
	"net/http"

	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/middleware"
)

func alone(_ *sample.Signer, next http.Handler) (http.Handler, error) { return next, nil }

func attrgate(s *sample.Signer, next http.Handler) (http.Handler, error) {
	return gate(s, sample.Audience, next)
}

// gate accepts a second audience, which no token has: what is remembered belongs to one
// configuration.
func gate(s *sample.Signer, second string, next http.Handler) (http.Handler, error) {
	p, err := s.Policy()
	if err != nil {
		return nil, err
	}
	p.Issuers[0].Audiences = []string{sample.Audience, second}
	g, err := middleware.New(p, middleware.Options{})
	if err != nil {
		return nil, err
	}
	return g.Wrap(next), nil
}

// forgetful is a gate that finds no token in its memory. The process remembers at most 65536
// tokens, each for one configuration; so many configurations take turns that with FreshTokens
// tokens each pair is forgotten before it comes again.
func forgetful(s *sample.Signer, next http.Handler) (http.Handler, error) {
	const configurations = 257
	gates := make([]http.Handler, configurations)
	for i := range gates {
		var err error
		if gates[i], err = gate(s, fmt.Sprint("bench-", i), next); err != nil {
			return nil, err
		}
	}
	turn := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		turn = (turn + 1) % configurations
		gates[turn].ServeHTTP(w, r)
	}), nil
}

// FreshTokens is how many tokens take turns where none may be remembered. It has no divisor
// in common with the number of configurations.
const FreshTokens = 256
