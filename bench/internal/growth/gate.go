// Package growth measures how the gate's cost grows with what grows around it.
package growth

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/turns"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Limits that let every body of the sweeps through.
var roomy = policy.Limits{Attributes: 10000, BodyBytes: 4 << 20}

// roomyPolicy is the usual policy with a route that takes large bodies.
func roomyPolicy(s *sample.Signer) (policy.Policy, error) {
	p, err := s.Policy()
	if err == nil {
		p.Routes[0].Limits = roomy
	}
	return p, err
}

// newGate puts a policy in front of a backend.
func newGate(p policy.Policy) (http.Handler, error) {
	g, err := middleware.New(p, middleware.Options{})
	if err != nil {
		return nil, err
	}
	return g.Wrap(sample.Backend()), nil
}

// requests is a subject that sends one request again and again; its token is remembered.
func requests(name string, handler http.Handler, r *sample.Request) turns.Subject {
	answer := sample.NewAnswer()
	return turns.Subject{Name: name, Do: func(n int) error {
		for range n {
			if status := answer.Serve(handler, r.Again()); status != http.StatusNoContent {
				return fmt.Errorf("answered %d", status)
			}
		}
		return nil
	}}
}

// payload is a body of about size bytes, of attributes of a hundred characters.
func payload(size int) string {
	var out strings.Builder
	out.WriteString(`{"customer_info":{"Model":"Class X9"`)
	for i := 1; out.Len() < size-60; i++ {
		fmt.Fprintf(&out, `,"Attribute %d":"%0*d"`, i, min(100, size-out.Len()), i)
	}
	out.WriteString("}}")
	return out.String()
}

// short is a body with a number of short attributes.
func short(attributes int) string {
	var out strings.Builder
	out.WriteString(`{"customer_info":{"Model":"Class X9"`)
	for i := 1; i < attributes; i++ {
		fmt.Fprintf(&out, `,"Attribute %d":"Sydney"`, i)
	}
	out.WriteString("}}")
	return out.String()
}
