package authserver

import (
	"mime"
	"net/http"
	"strings"
)

// formBytes is the longest accepted token request; real ones are a few hundred bytes.
const formBytes = 16 << 10

// grant is the answer to a good token request (RFC 6749, section 5.1).
type grant struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	Scope       string `json:"scope,omitempty"`
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	answer, fault := s.grant(w, r)
	if fault != nil {
		fault.write(w)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) grant(w http.ResponseWriter, r *http.Request) (grant, *tokenError) {
	if fault := readForm(w, r); fault != nil {
		return grant{}, fault
	}
	client, fault := s.authenticate(r)
	if fault != nil {
		return grant{}, fault
	}
	if fault := checkGrantType(r.PostForm.Get("grant_type")); fault != nil {
		return grant{}, fault
	}
	scopes, fault := client.grantable(r.PostForm.Get("scope"))
	if fault != nil {
		return grant{}, fault
	}
	return s.issue(client, scopes)
}

func (s *Server) issue(client account, scopes []string) (grant, *tokenError) {
	raw, err := s.Mint(Token{ClientID: client.id, Subject: client.subject, Scopes: scopes})
	if err != nil {
		return grant{}, errServer
	}
	return grant{
		AccessToken: raw,
		TokenType:   "Bearer",
		ExpiresIn:   int64(s.lifetime.Seconds()),
		Scope:       strings.Join(scopes, " "),
	}, nil
}

// readForm reads the parameters from the body and nowhere else: a secret in a URL ends up
// in logs (RFC 6749, section 2.3.1).
func readForm(w http.ResponseWriter, r *http.Request) *tokenError {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return invalidRequest("the body must be application/x-www-form-urlencoded")
	}
	r.Body = http.MaxBytesReader(w, r.Body, formBytes)
	if err := r.ParseForm(); err != nil {
		return invalidRequest("the body or the query is not a form, or is too long")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return invalidRequest("a parameter is given twice")
		}
		if values[0] == "" {
			r.PostForm.Del(name) // as if left out (RFC 6749, section 3.2)
		}
	}
	return nil
}

func checkGrantType(grantType string) *tokenError {
	switch grantType {
	case grantClientCredentials:
		return nil
	case "":
		return invalidRequest("grant_type is missing")
	}
	return errUnsupportedGrant
}
