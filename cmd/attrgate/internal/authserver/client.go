package authserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Client is a program that may ask for tokens.
type Client struct {
	// ID is the client's name. Required.
	ID string

	// Secret proves that it is the client who asks. Required.
	Secret string

	// Subject is what its tokens carry as sub. If empty, ID.
	Subject string

	// Scopes are what its tokens may carry, and do carry if it asks for none in
	// particular.
	Scopes []string
}

// account is a client as the server remembers it: without the secret itself.
type account struct {
	id, subject string
	secret      [sha256.Size]byte
	scopes      []string
}

func accounts(clients []Client) (map[string]account, error) {
	byID := make(map[string]account, len(clients))
	for _, c := range clients {
		if c.ID == "" || c.Secret == "" {
			return nil, errors.New("authserver: a client needs an id and a secret")
		}
		if _, taken := byID[c.ID]; taken {
			return nil, fmt.Errorf("authserver: client %q is given twice", c.ID)
		}
		byID[c.ID] = newAccount(c)
	}
	return byID, nil
}

func newAccount(c Client) account {
	subject := c.Subject
	if subject == "" {
		subject = c.ID
	}
	return account{id: c.ID, subject: subject, secret: sha256.Sum256([]byte(c.Secret)), scopes: slices.Clone(c.Scopes)}
}

// authenticate finds the client that a token request comes from (RFC 6749, section 2.3).
func (s *Server) authenticate(r *http.Request) (account, *tokenError) {
	id, secret, fault := credentials(r)
	if fault != nil {
		return account{}, fault
	}
	// An unknown client is compared too, with a digest that nothing has, so that its
	// answer takes as long as the answer to a wrong secret.
	known := s.clients[id]
	given := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(given[:], known.secret[:]) != 1 {
		return account{}, errInvalidClient
	}
	return known, nil
}

// credentials are in the Authorization header or in the form, never in both.
func credentials(r *http.Request) (id, secret string, fault *tokenError) {
	inForm := r.PostForm.Has("client_secret")
	if r.Header.Get("Authorization") == "" {
		if !inForm {
			return "", "", errInvalidClient
		}
		return r.PostForm.Get("client_id"), r.PostForm.Get("client_secret"), nil
	}
	id, secret, ok := basic(r)
	switch {
	case !ok:
		return "", "", errInvalidClient
	case inForm:
		return "", "", invalidRequest("the client is authenticated in two ways")
	case r.PostForm.Has("client_id") && r.PostForm.Get("client_id") != id:
		return "", "", invalidRequest("client_id differs from the authenticated client")
	}
	return id, secret, nil
}

// basic reads the Authorization header, whose halves are form-encoded before they are
// joined (RFC 6749, section 2.3.1).
func basic(r *http.Request) (id, secret string, ok bool) {
	id, secret, ok = r.BasicAuth()
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	return id, secret, ok && idErr == nil && secretErr == nil
}

// grantable picks the scopes of a token: what was asked for if the client may have all of
// it, or all it may have if it asked for nothing.
func (a account) grantable(asked string) ([]string, *tokenError) {
	if asked == "" {
		return a.scopes, nil
	}
	scopes := strings.Split(asked, " ")
	for _, scope := range scopes {
		if !slices.Contains(a.scopes, scope) {
			return nil, errInvalidScope
		}
	}
	return scopes, nil
}
