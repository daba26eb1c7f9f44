package plugin

import (
	"context"
	"fmt"
	"net/http"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Config is the policy as Traefik's dynamic configuration has it, under plugin: attrgate.
type Config policy.Policy

// CreateConfig returns the configuration that Traefik fills in.
func CreateConfig() *Config {
	return &Config{}
}

// New puts the gate in front of next. Traefik calls it for every router that uses the
// middleware, and again at every configuration change. A policy with problems is an error
// that names all of them, and the middleware: Traefik's log has only the router.
func New(_ context.Context, next http.Handler, config *Config, name string) (http.Handler, error) {
	gate, err := middleware.New(policy.Policy(*config), middleware.Options{OnRefusal: logger(name)})
	if err != nil {
		return nil, fmt.Errorf("the policy of the middleware %s:\n%w", name, err)
	}
	return gate.Wrap(next), nil
}
