package oauth

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// gate is a gate that runs.
type gate struct{ url string }

// answer is what the gate, or the backend behind it, answered.
type answer struct {
	status int
	header http.Header
	body   string
}

// The requests of the two APIs.
const (
	conversation = "/api/v2/acme/conversations/70000000000000123"
	form         = "/forms/5f0c2a7be4d19a3c86b7d210"
)

var bodies = map[string]string{
	conversation: `{"customer_info":{"%visitor.custominfo.Model%":"Class X9"}}`,
	form:         `[{"key":"city","type":"String50","value":"Sydney"}]`,
}

// put sends the request of an API with a token.
func (g gate) put(t *testing.T, path, token string) answer {
	t.Helper()
	a, err := g.send(path, token)
	must(t, err)
	return a
}

func (g gate) send(path, token string) (answer, error) {
	request, err := http.NewRequest(http.MethodPut, g.url+path, strings.NewReader(bodies[path]))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: string(body)}, err
}

// want fails the test if the gate answers with another status.
func (g gate) want(t *testing.T, what string, status int, path, token string) answer {
	t.Helper()
	a := g.put(t, path, token)
	if a.status != status {
		t.Errorf("%s: %d, want %d\n%s", what, a.status, status, a.body)
	}
	return a
}

// until repeats a request until it gets a status. Any other answer than that or the one
// meanwhile fails the test.
func (g gate) until(t *testing.T, what string, status, meanwhile int, path, token string) {
	t.Helper()
	for deadline := time.Now().Add(startLimit); ; time.Sleep(poll) {
		a := g.put(t, path, token)
		switch {
		case a.status == status:
			return
		case a.status != meanwhile:
			t.Fatalf("%s: %d, want %d until there is %d\n%s", what, a.status, meanwhile, status, a.body)
		case time.Now().After(deadline):
			t.Fatalf("%s: still %d", what, a.status)
		}
	}
}
