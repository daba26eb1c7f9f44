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
	Does sample.Job

	// Build makes the guard. Whatever it lets pass goes to next.
	Build func(s *sample.Signer, next http.Handler) (http.Handler, error)

	// Fresh says that each request must carry another token, so that none is remembered.
	Fresh bool

	// Body is sent. If empty, sample.Body.
	Body string
}

// errRefused is what the parts of a contender say to each other.
var errRefused = errors.New("refused")

// Check holds a guard against requests that must pass and such that must not.
func Check(c Contender, s *sample.Signer, guard http.Handler) error {
	trials, err := s.Trials(c.Does, c.body())
	if err != nil {
		return err
	}
	for _, t := range trials {
		r, err := sample.NewRequest(t.Token, t.Body)
		if err != nil {
			return err
		}
		status := sample.NewAnswer().Serve(guard, r.Again())
		if refused := status >= http.StatusBadRequest; refused != t.Refused {
			return fmt.Errorf("%s: answered %s with %d", c.Name, t.What, status)
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
