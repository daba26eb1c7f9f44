package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/sandbox"
)

// start serves a sandbox until the test ends.
func start(t *testing.T, options sandbox.Options) *httptest.Server {
	t.Helper()
	backend, err := sandbox.New(options)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	server := httptest.NewServer(backend)
	t.Cleanup(func() {
		server.Close()
		if err := backend.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return server
}

// send makes a request with a JSON body and returns status and body of the answer.
func send(t *testing.T, method, url, body string) (status int, reply string) {
	t.Helper()
	return sendAs(t, "application/json", method, url, body)
}

func sendAs(t *testing.T, contentType, method, url, body string) (status int, reply string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("Content-Type is %q", kind)
	}
	return response.StatusCode, string(text)
}

// at returns the text of the JSON value under a path of member names; "" if there is none.
func at(t *testing.T, document string, path ...string) string {
	t.Helper()
	for _, name := range path {
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(document), &members); err != nil {
			t.Fatalf("%s in %s: %v", name, document, err)
		}
		document = string(members[name])
	}
	return strings.TrimSpace(document)
}

func wantStatus(t *testing.T, got, want int, reply string) {
	t.Helper()
	if got != want {
		t.Fatalf("status is %d, want %d: %s", got, want, reply)
	}
}

func wantText(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func TestUnknownPathIsJSON404(t *testing.T) {
	server := start(t, sandbox.Options{})
	for _, path := range []string{
		"/", "/api/v2/acme", "/api/v2/acme/conversations", "/api/v2/acme/conversations/1/close",
		"/API/v2/acme/conversations/1", "/forms/1/2", "//forms/1", "/nothing%2Fhere",
	} {
		status, reply := send(t, "PUT", server.URL+path, `{}`)
		wantStatus(t, status, 404, reply)
		wantText(t, "path", at(t, reply, "path"), `"`+path+`"`)
	}
}

func TestBodyOverTheLimit(t *testing.T) {
	server := start(t, sandbox.Options{})
	huge := `{"customer_info":{"a":"` + strings.Repeat("x", 8<<20) + `"}}`
	status, reply := send(t, "PUT", server.URL+"/api/v2/acme/conversations/1", huge)
	wantStatus(t, status, 400, reply)
	wantText(t, "code", at(t, reply, "error", "code"), "1015")
	status, reply = send(t, "PUT", server.URL+"/forms/1", `["`+strings.Repeat("x", 8<<20)+`"]`)
	wantStatus(t, status, 413, reply)
}

func TestNewNamesEveryBadSession(t *testing.T) {
	_, err := sandbox.New(sandbox.Options{Sessions: []string{"good", "", "a/b"}})
	if err == nil || !strings.Contains(err.Error(), `""`) || !strings.Contains(err.Error(), `"a/b"`) {
		t.Errorf("New: %v", err)
	}
}

func FuzzServeHTTP(f *testing.F) {
	f.Add("PUT", "/api/v2/acme/conversations/1", `{"customer_info":{"a":1}}`)
	f.Add("PUT", "/forms/1", `[{"key":"a","type":"b","value":1}]`)
	f.Add("PUT", "/forms", `{"id":null}`)
	// Property: whatever is sent, nothing panics and the answer is one JSON document.
	f.Fuzz(func(t *testing.T, method, path, body string) {
		backend, err := sandbox.New(sandbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest(method, "http://sandbox.test"+path, strings.NewReader(body))
		if err != nil || method == http.MethodHead {
			t.Skip()
		}
		answer := httptest.NewRecorder()
		backend.ServeHTTP(answer, request)
		if !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%s %q: %q", method, path, answer.Body)
		}
	})
}
