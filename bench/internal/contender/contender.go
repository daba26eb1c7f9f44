// Package contender has the ways to do the job, or a part of it, within one Go process.
package contender

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// Contender is a way to guard a route.
type Contender struct {
	// Name is how tables call it, and Library the module whose version matters.
	Name, Library string

	// Does says how much of the job it does.
	Does Job

	// Build makes the guard. Whatever it lets pass goes to next.
	Build func(s *sample.Signer, next http.Handler) (http.Handler, error)

	// Fresh says that each request must carry another token, so that none is remembered.
	Fresh bool

	// Body is sent. If empty, sample.Body.
	Body string
}

// Job is how much of the job is done; each includes those before.
type Job int

// The parts of the job.
const (
	Nothing Job = iota
	Token       // the token is checked, and its scope
	Whole       // and the body
)

// String says what is done, for tables.
func (j Job) String() string {
	return [...]string{"nothing", "token and scope", "token, scope, body"}[j]
}

// errRefused is what the parts of a contender say to each other.
var errRefused = errors.New("refused")

// Check holds a guard against requests that must pass and such that must not.
func Check(c Contender, s *sample.Signer, guard http.Handler) error {
	good, err := s.Token(0)
	if err != nil {
		return err
	}
	poor, err := s.TokenWithoutScope()
	if err != nil {
		return err
	}
	for _, try := range []struct {
		what, token, body string
		refused           bool
	}{
		{"the request", good, c.body(), false},
		{"a token without the scope", poor, c.body(), c.Does >= Token},
		{"a token with a wrong signature", good[:len(good)-8] + "AAAAAAAA", c.body(), c.Does >= Token},
		{"a body that breaks a rule", good, sample.BadBody(), c.Does >= Whole},
	} {
		r, err := sample.NewRequest(try.token, try.body)
		if err != nil {
			return err
		}
		status := sample.NewAnswer().Serve(guard, r.Again())
		if refused := status >= 400; refused != try.refused {
			return fmt.Errorf("%s: answered %s with %d", c.Name, try.what, status)
		}
	}
	return nil
}

func (c Contender) body() string {
	if c.Body != "" {
		return c.Body
	}
	return sample.Body
}
