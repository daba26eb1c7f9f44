// Package authserver is a small OAuth 2.0 authorization server: enough of one to try a
// gate against real tokens without installing anything.
//
// It answers client-credentials token requests (RFC 6749, section 4.4) with JWT access
// tokens (RFC 9068) and publishes its key (RFC 7517) and its metadata (RFC 8414). Its key
// is made at start and never stored, so that no token outlives the process. It keeps no
// other state and has no users, no consent and no refresh tokens.
package authserver

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Options describe a Server.
type Options struct {
	// Issuer is the server's own URL, without a path: what tokens carry as iss, and where
	// the metadata say the endpoints are. Required.
	Issuer string

	// Audience is what tokens carry as aud. Required.
	Audience string

	// Clients are who may ask for tokens. If empty, nobody.
	Clients []Client

	// Lifetime is how long a token is valid. If zero, one hour.
	Lifetime time.Duration

	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// Server is an authorization server. It is safe for concurrent use.
type Server struct {
	issuer   string
	audience string
	lifetime time.Duration
	now      func() time.Time
	clients  map[string]account
	key      signingKey
	mux      *http.ServeMux
}

// New returns a server with a fresh RSA key.
func New(o Options) (*Server, error) {
	if err := checkIssuer(o.Issuer); err != nil {
		return nil, err
	}
	if o.Audience == "" {
		return nil, errors.New("authserver: an audience is required")
	}
	clients, err := accounts(o.Clients)
	if err != nil {
		return nil, err
	}
	key, err := newSigningKey()
	if err != nil {
		return nil, err
	}
	s := &Server{issuer: o.Issuer, audience: o.Audience, lifetime: o.Lifetime, now: o.Now, clients: clients, key: key}
	s.applyDefaults()
	s.mux, err = s.routes()
	return s, err
}

// ServeHTTP answers the metadata, key set and token endpoints.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mux.ServeHTTP(w, r)
}

func (s *Server) applyDefaults() {
	if s.lifetime <= 0 {
		s.lifetime = time.Hour
	}
	if s.now == nil {
		s.now = time.Now
	}
}

// routes renders the fixed documents once; only the token endpoint computes anything.
func (s *Server) routes() (*http.ServeMux, error) {
	metadata, err := document(s.metadata())
	if err != nil {
		return nil, err
	}
	keys, err := document(s.key.public())
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /.well-known/oauth-authorization-server", metadata)
	mux.Handle("GET /.well-known/openid-configuration", metadata)
	mux.Handle("GET /jwks", keys)
	mux.HandleFunc("POST /token", s.serveToken)
	return mux, nil
}

// checkIssuer refuses what RFC 8414, section 2 forbids, and paths: they would move the
// metadata to another place.
func checkIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil {
		return fmt.Errorf("authserver: issuer: %w", err)
	}
	if u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Scheme+"://"+u.Host != issuer {
		return fmt.Errorf("authserver: issuer %q must be http(s)://host[:port] and nothing more", issuer)
	}
	return nil
}
