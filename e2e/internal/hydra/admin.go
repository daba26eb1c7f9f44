package hydra

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Client is a confidential client of the server.
type Client struct {
	ID, Secret string
	// Post: the secret goes into the form, not into the Authorization header.
	Post              bool
	Scopes, Audiences []string
	// JWT: its access tokens are JWTs, not opaque.
	JWT bool
	// Lifespan of its tokens; empty: an hour.
	Lifespan string
}

// object is a node of JSON.
type object map[string]any

// accessTokenKeys is the server's own name for the keys that sign access tokens, and
// idTokenKeys that of the others that it publishes beside them.
const (
	accessTokenKeys = "hydra.jwt.access-token"
	idTokenKeys     = "hydra.openid.id-token"
)

// Configure makes the first keys, which are not left to the server because its RSA keys
// take seconds, and the clients.
func (s *Server) Configure(clients ...Client) error {
	if err := s.addKey(idTokenKeys, "ES256"); err != nil {
		return err
	}
	if err := s.Sign("ES256"); err != nil {
		return err
	}
	for _, client := range clients {
		if err := s.addClient(client); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) addClient(c Client) error {
	client := object{
		"client_id": c.ID, "client_secret": c.Secret, "grant_types": []string{"client_credentials"},
		"scope": strings.Join(c.Scopes, " "), "audience": c.Audiences,
		"token_endpoint_auth_method": c.authentication(), "access_token_strategy": c.strategy(),
	}
	if c.Lifespan != "" {
		client["client_credentials_grant_access_token_lifespan"] = c.Lifespan
	}
	return s.call(http.MethodPost, "clients", client, nil)
}

func (c Client) authentication() string {
	if c.Post {
		return "client_secret_post"
	}
	return "client_secret_basic"
}

func (c Client) strategy() string {
	if c.JWT {
		return "jwt"
	}
	return "opaque"
}

// Sign makes a key for an algorithm; the newest signs, and all are published.
func (s *Server) Sign(alg string) error { return s.addKey(accessTokenKeys, alg) }

// Withdraw deletes all keys but the newest.
func (s *Server) Withdraw() error {
	var set struct{ Keys []struct{ Kid string } }
	if err := s.call(http.MethodGet, "keys/"+accessTokenKeys, nil, &set); err != nil {
		return err
	}
	for _, key := range set.Keys[1:] {
		if err := s.call(http.MethodDelete, "keys/"+accessTokenKeys+"/"+key.Kid, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) addKey(set, alg string) error {
	return s.call(http.MethodPost, "keys/"+set, object{"alg": alg, "use": "sig"}, nil)
}

// Forget ends all tokens of a client.
func (s *Server) Forget(c Client) error {
	return s.call(http.MethodDelete, "oauth2/tokens?client_id="+url.QueryEscape(c.ID), nil, nil)
}

// call sends something to the administration, and reads its answer unless that is nil.
func (s *Server) call(method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, s.admin+"/admin/"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	content, err := send(request)
	if err != nil || answer == nil {
		return err
	}
	return json.Unmarshal(content, answer)
}

// send wants an answer of success.
func send(request *http.Request) ([]byte, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("hydra: %s %s: %s\n%s", request.Method, request.URL.Path, response.Status, content)
	}
	return content, err
}
