package glewlwyd

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/attrgate/attrgate/e2e/internal/grant"
)

// Token gets an access token by the client credentials grant (RFC 6749, section 4.4), for
// Resource.
func (s *Server) Token(c Client, scopes ...string) (string, error) {
	return s.TokenFor(Resource, c, scopes...)
}

// TokenFor gets an access token for a resource.
func (s *Server) TokenFor(resource string, c Client, scopes ...string) (string, error) {
	content, err := s.post(c, "token", url.Values{
		"grant_type": {"client_credentials"}, "scope": {strings.Join(scopes, " ")}, "resource": {resource},
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

func (s *Server) post(c Client, endpoint string, form url.Values) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, s.Issuer()+"/"+endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(c.ID, c.Secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("glewlwyd: %s: %s\n%s", endpoint, response.Status, content)
	}
	return content, err
}
