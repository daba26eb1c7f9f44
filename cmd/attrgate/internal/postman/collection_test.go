package postman_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/postman"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// collection is what Postman requires of a collection (v2.1), as far as these have it.
type collection struct {
	Info struct{ Name, Schema string }
	Item []struct {
		Name string
		Item []item
	}
	Variable []keyValue
}

type item struct {
	Name    string
	Event   []struct{ Listen string }
	Request struct {
		Method string
		Header []keyValue
		Body   struct{ Mode, Raw string }
		URL    struct {
			Raw        string
			Host, Path []string
		}
	}
}

type keyValue struct{ Key, Value string }

// tokens stand for the variables of a collection.
var tokens = map[string]string{"{{token}}": "all", "{{tokenWithoutScopes}}": "none"}

// impossible are the cases under whose policy no body passes.
var impossible = map[string]bool{"native-too-large": true}

// Every request of the collections of all policies gets from the real gate what its name says.
func TestSamplesDoWhatTheirNamesSay(t *testing.T) {
	sent := 0
	for name, p := range policies(t) {
		document, missing, err := postman.Collection(p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, problem := range missing {
			if impossible[filepath.Base(filepath.Dir(name))] || strings.HasSuffix(problem.Path, ".mode") || strings.HasSuffix(problem.Path, ".senderConstraint") {
				continue
			}
			t.Errorf("%s: %s", name, problem)
		}
		var c collection
		decoder := json.NewDecoder(strings.NewReader(string(document.JSON())))
		if err := decoder.Decode(&c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		routes := p.Expand().Routes
		if len(c.Item) != len(routes) || c.Info.Name == "" || c.Info.Schema == "" || len(c.Variable) != 3 {
			t.Fatalf("%s: not a collection of %d routes: %+v", name, len(routes), c.Info)
		}
		gate := newGate(t, p)
		for i, folder := range c.Item {
			if routes[i].SenderConstraint == "require" {
				continue
			}
			for _, request := range folder.Item {
				sent++
				check(t, gate, name, request)
			}
		}
	}
	if sent < 1000 {
		t.Errorf("only %d samples were sent", sent)
	}
}

func check(t *testing.T, gate http.Handler, name string, i item) {
	t.Helper()
	url := "http://localhost/" + strings.Join(i.Request.URL.Path, "/")
	if i.Request.Body.Mode != "raw" || len(i.Event) != 1 || i.Event[0].Listen != "test" ||
		strings.Replace(i.Request.URL.Raw, i.Request.URL.Host[0], "http://localhost", 1) != url {
		t.Errorf("%s: %s is no item of a collection: %+v", name, i.Name, i)
	}
	request := httptest.NewRequest(i.Request.Method, url, strings.NewReader(i.Request.Body.Raw))
	for _, h := range i.Request.Header {
		value := h.Value
		for variable, token := range tokens {
			value = strings.ReplaceAll(value, variable, token)
		}
		request.Header.Add(h.Key, value)
	}
	answer := httptest.NewRecorder()
	gate.ServeHTTP(answer, request)
	if want := wanted(i.Name); answer.Code != want {
		t.Errorf("%s: %q: got %d, want %d\n%s\n%s", name, i.Name, answer.Code, want, i.Request.Body.Raw, answer.Body)
	}
}

// wanted is the status in a name; what passes gets that of the backend.
func wanted(name string) int {
	open := strings.LastIndex(name, "(")
	if open < 0 {
		return http.StatusOK
	}
	status, _ := strconv.Atoi(name[open+1 : len(name)-1])
	return status
}

// newGate is the gate of a policy that accepts the test's tokens as well.
func newGate(t *testing.T, p policy.Policy) http.Handler {
	t.Helper()
	var scopes []string
	routes := append([]policy.Route{}, p.Expand().Routes...)
	for i := range routes {
		scopes = append(scopes, routes[i].Scopes...)
		routes[i].Forward.Credentials = policy.Credentials{} // nobody is there who would give a token
	}
	p.Routes = routes
	p.StaticTokens = append(append([]policy.StaticToken{}, p.StaticTokens...),
		policy.StaticToken{SHA256: digest("all"), Scopes: scopes, Subject: "all"},
		policy.StaticToken{SHA256: digest("none"), Subject: "none"})
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return gate.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
}

func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// policies reads every policy among the cases and the examples.
func policies(t *testing.T) map[string]policy.Policy {
	t.Helper()
	found := map[string]policy.Policy{}
	for _, root := range []string{"../../../../testdata/cases", "../../../../examples"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.Name() != "policy.json" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			found[path], err = policy.Parse(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
