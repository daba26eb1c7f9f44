package contender

import (
	"fmt"
	"net/http"

	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// Subject builds a contender, holds it against what it must pass and refuse, and returns it
// for measuring. One operation is one request, answered by a handler that reads the body.
func Subject(c Contender, s *sample.Signer) (turns.Subject, error) {
	guard, err := c.Build(s, sample.Backend())
	if err != nil {
		return turns.Subject{}, fmt.Errorf("%s: %w", c.Name, err)
	}
	if err := Check(c, s, guard); err != nil {
		return turns.Subject{}, err
	}
	headers, err := c.headers(s)
	if err != nil {
		return turns.Subject{}, err
	}
	r, err := sample.NewRequest("", c.body())
	if err != nil {
		return turns.Subject{}, err
	}
	answer, next := sample.NewAnswer(), 0
	return turns.Subject{Name: c.Name, Do: func(n int) error {
		for range n {
			next = (next + 1) % len(headers)
			r.SetToken(headers[next])
			if status := answer.Serve(guard, r.Again()); status != http.StatusNoContent {
				return fmt.Errorf("answered %d", status)
			}
		}
		return nil
	}}, nil
}

// headers are the Authorization headers that take turns.
func (c Contender) headers(s *sample.Signer) ([][]string, error) {
	tokens := 1
	if c.Fresh {
		tokens = sample.FreshTokens
	}
	headers := make([][]string, tokens)
	for i := range headers {
		token, err := s.Token(i)
		if err != nil {
			return nil, err
		}
		headers[i] = []string{"Bearer " + token}
	}
	return headers, nil
}
