package hydra

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/attrgate/attrgate/e2e/internal/grant"
)

// Token gets an access token by the client credentials grant (RFC 6749, section 4.4). The
// server knows audiences by its own parameter; "" asks for none.
func (s *Server) Token(c Client, audience string, scopes ...string) (string, error) {
	content, err := s.post(c, "token", url.Values{
		"grant_type": {"client_credentials"}, "scope": {strings.Join(scopes, " ")}, "audience": {audience},
	})
	if err != nil {
		return "", err
	}
	return grant.AccessToken(content)
}

// Revoke withdraws a token (RFC 7009).
func (s *Server) Revoke(c Client, token string) error {
	_, err := s.post(c, "revoke", url.Values{"token": {token}})
	return err
}

// post sends a form as a client.
func (s *Server) post(c Client, endpoint string, form url.Values) ([]byte, error) {
	if c.Post {
		form.Set("client_id", c.ID)
		form.Set("client_secret", c.Secret)
	}
	request, err := http.NewRequest(http.MethodPost, s.public+"/oauth2/"+endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if !c.Post {
		request.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
	}
	return send(request)
}
