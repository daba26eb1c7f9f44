package token

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// client is how the gate authenticates itself to an authorization server (RFC 6749,
// section 2.3.1).
type client struct {
	id     string
	secret *secret
	post   bool // id and secret go into the form, not into the header
}

// newClient compiles a client; auth is "basic" or "post".
func newClient(id string, s *secret, auth, path string, ps *policy.Problems) *client {
	if id == "" {
		ps.Add(path+".clientID", "required: the name by which the gate authenticates itself")
	}
	ps.OneOf(path+".auth", auth, []string{"basic", "post"}, nil)
	return &client{id: id, secret: s, post: auth == "post"}
}

// formRequest makes the request that sends a form as the client, whose secret has been
// read. The form is changed.
func formRequest(ctx context.Context, c *client, password, address string, form url.Values) (*http.Request, error) {
	if c.post {
		form.Set("client_id", c.id)
		form.Set("client_secret", password)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	if !c.post {
		request.SetBasicAuth(url.QueryEscape(c.id), url.QueryEscape(password))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	return request, nil
}
