package glewlwyd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Resource is the audience of the tokens (RFC 8707).
const Resource = "https://api.example.com"

// Client is a confidential client of the server.
type Client struct {
	ID, Secret string
	Scopes     []string
}

// errSession is what an administrator without a session gets.
var errSession = errors.New("glewlwyd: nobody is logged in")

// introspectScope is what a client needs that asks about the tokens of others.
const introspectScope = "introspect"

// object is a node of a configuration.
type object map[string]any

// Configure makes the scopes, the clients and the issuer. The first key signs. Tokens
// are good for an hour.
func (s *Server) Configure(keys []Key, clients ...Client) error {
	if err := s.login(); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, client := range clients {
		for _, scope := range client.Scopes {
			if known[scope] {
				continue
			}
			known[scope] = true
			if err := s.addScope(scope); err != nil {
				return err
			}
		}
		if err := s.addClient(client); err != nil {
			return err
		}
	}
	return s.call(http.MethodPost, "mod/plugin/", plugin(s.Issuer(), keys, known))
}

// login takes the administrator's first password, which the schema sets.
func (s *Server) login() error {
	return s.exchangeOnce(http.MethodPost, "auth/", object{"username": "admin", "password": "password"}, nil)
}

func (s *Server) addScope(scope string) error {
	return s.call(http.MethodPost, "scope/", object{"name": scope, "password_required": false})
}

func (s *Server) addClient(c Client) error {
	return s.call(http.MethodPost, "client/?source=database", object{
		"client_id": c.ID, "client_secret": c.Secret, "scope": c.Scopes, "enabled": true, "confidential": true,
		"authorization_type":         []string{"client_credentials"},
		"token_endpoint_auth_method": []string{"client_secret_basic", "client_secret_post"},
	})
}

// Rotate replaces all keys, as an administrator does: the issuer is configured anew and
// then loaded again, for which it is away for a moment. The first key signs.
func (s *Server) Rotate(keys []Key) error {
	var current object
	if err := s.exchange(http.MethodGet, "mod/plugin/oidc", nil, &current); err != nil {
		return err
	}
	parameters, ok := current["parameters"].(map[string]any)
	if !ok {
		return fmt.Errorf("glewlwyd: the issuer's configuration is %v", current)
	}
	parameters["jwks-private"] = jwks(keys)
	parameters["jwt-type"] = keys[0].kind()
	if err := s.call(http.MethodPut, "mod/plugin/oidc", current); err != nil {
		return err
	}
	return s.call(http.MethodPut, "mod/plugin/oidc/reset", nil)
}

// plugin configures the issuer.
func plugin(issuer string, keys []Key, scopes map[string]bool) object {
	resources := object{}
	for scope := range scopes {
		resources[scope] = []string{Resource, Resource + "/other"}
	}
	parameters := object{
		"iss": issuer, "jwks-private": jwks(keys), "jwks-show": true, "jwt-type": keys[0].kind(), "jwt-key-size": "256",
		"access-token-duration": 3600, "refresh-token-duration": 3600, "code-duration": 600,
		"allow-non-oidc": true, "auth-type-client-enabled": true,
		"introspection-revocation-allowed": true, "introspection-revocation-allow-target-client": true,
		"introspection-revocation-auth-scope": []string{introspectScope},
		"resource-allowed":                    true, "resource-scope": resources,
	}
	for _, grant := range []string{"code", "token", "password", "refresh", "device", "implicit"} {
		parameters["auth-type-"+grant+"-enabled"] = false
	}
	return object{"module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": parameters}
}

// call sends something to the administration and wants it to be taken.
func (s *Server) call(method, path string, body any) error {
	return s.exchange(method, path, body, nil)
}

// exchange logs in again if the session has ended, as those of long runs do.
func (s *Server) exchange(method, path string, body, answer any) error {
	err := s.exchangeOnce(method, path, body, answer)
	if !errors.Is(err, errSession) {
		return err
	}
	if err := s.login(); err != nil {
		return err
	}
	return s.exchangeOnce(method, path, body, answer)
}

func (s *Server) exchangeOnce(method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, "http://"+s.address+"/api/"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.admin.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusUnauthorized {
		return errSession
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("glewlwyd: %s %s: %s\n%s", method, path, response.Status, content)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(content, answer)
}
