package authserver

import "slices"

const grantClientCredentials = "client_credentials"

// metadata is what clients and verifiers discover (RFC 8414, section 2). The same
// document serves those who only know OpenID Connect Discovery, though no ID tokens are
// issued.
type metadata struct {
	Issuer        string   `json:"issuer"`
	TokenEndpoint string   `json:"token_endpoint"`
	JWKSURI       string   `json:"jwks_uri"`
	Scopes        []string `json:"scopes_supported,omitempty"`
	Grants        []string `json:"grant_types_supported"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`

	// ResponseTypes is required even where no authorization endpoint could use one.
	ResponseTypes []string `json:"response_types_supported"`
}

func (s *Server) metadata() metadata {
	return metadata{
		Issuer:        s.issuer,
		TokenEndpoint: s.issuer + "/token",
		JWKSURI:       s.issuer + "/jwks",
		Scopes:        s.allScopes(),
		Grants:        []string{grantClientCredentials},
		AuthMethods:   []string{"client_secret_basic", "client_secret_post"},
		ResponseTypes: []string{},
	}
}

func (s *Server) allScopes() []string {
	var all []string
	for _, a := range s.clients {
		all = append(all, a.scopes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
