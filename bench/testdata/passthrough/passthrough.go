// Package passthrough is a Traefik plugin that does nothing: what it costs, every
// interpreted plugin costs.
package passthrough

import (
	"context"
	"net/http"
)

// Config has no fields.
type Config struct{}

// CreateConfig returns an empty configuration.
func CreateConfig() *Config { return &Config{} }

// New returns a handler that hands every request on.
func New(_ context.Context, next http.Handler, _ *Config, _ string) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
	}), nil
}
