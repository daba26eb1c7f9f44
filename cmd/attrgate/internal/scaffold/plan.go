// Package scaffold writes what a first use needs: a policy with comments, cases for it, and
// the configuration of Traefik or the gateway.
package scaffold

import (
	"errors"
	"net/url"
)

// The APIs and the doors to choose from.
const (
	SalesIQ    = "salesiq"
	ExpertFlow = "expertflow"
	Both       = "both"
	Traefik    = "traefik"
	Gateway    = "gateway"
)

// Plan is what was asked for.
type Plan struct {
	// API is SalesIQ, ExpertFlow or Both.
	API string
	// Issuer is the authorization server of JWT access tokens. Empty: none.
	Issuer string
	// Audience is the name by which tokens mean the API.
	Audience string
	// IntrospectionURL is where opaque tokens are asked about. Empty: nowhere.
	IntrospectionURL string
	// ClientID is the name by which the gate asks.
	ClientID string
	// For is Traefik or Gateway.
	For string
	// Backend is the URL of what is guarded.
	Backend string
}

// Check returns an error that names the flag that is missing or wrong.
func (p Plan) Check() error {
	switch {
	case p.Issuer == "" && p.IntrospectionURL == "":
		return errors.New("--issuer or --introspection-url is required: somebody has to vouch for callers")
	case p.Audience == "":
		return errors.New("--audience is required: the name by which tokens mean this API")
	}
	u, err := url.Parse(p.Backend)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("--backend must be an http or https URL")
	}
	return nil
}

// PolicyFile is the name of the file with the policy.
func (p Plan) PolicyFile() string {
	if p.For == Gateway {
		return "attrgate.yaml"
	}
	return "policy.yaml"
}
