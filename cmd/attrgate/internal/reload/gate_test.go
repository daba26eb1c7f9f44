package reload_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/middleware"
)

// onePolicy differs from another in everything that a request can notice.
func onePolicy(name, style string) string {
	digest := sha256.Sum256([]byte("open-sesame"))
	return fmt.Sprintf(`
staticTokens: [{sha256: %q, subject: subject-%s, scopes: [SalesIQ.conversations.UPDATE]}]
routes:
  - api: salesiq-custom-info
    name: route-%s
    keys: {style: %s}
    forward: {headers: [{name: X-Caller, claim: sub}]}
`, hex.EncodeToString(digest[:]), name, name, style)
}

// replace puts a file in the place of another at once, as careful tools do.
func replace(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

// backend answers with what one policy and no other makes of a request.
func backend(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	decided := r.Context().Value(decidedKey{}).(*middleware.Decision)
	_, _ = fmt.Fprintf(w, "%s %s %s %s", decided.Route, decided.Subject, r.Header.Get("X-Caller"), body)
}

type decidedKey struct{}

func noteDecision(r *http.Request, d middleware.Decision) {
	*r.Context().Value(decidedKey{}).(*middleware.Decision) = d
}

// newGate returns the gate of a file. The names of all parts that were closed are sent to
// closed, if it is not nil.
func newGate(t *testing.T, content string, closed chan<- string) (*reload.Gate, string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "policy.yaml")
	replace(t, name, content)
	gate, err := reload.New(source(name, closed))
	if err != nil {
		t.Fatal(err)
	}
	return gate, name
}

func source(name string, closed chan<- string) reload.Source {
	return reload.Source{
		Read: func() (*policyfile.File, error) { return policyfile.Read(name) },
		Build: func(file *policyfile.File) (reload.Parts, error) {
			route := file.Policy.Expand().Routes[0].Name
			if route == "route-c" {
				return reload.Parts{}, errors.New("not this one")
			}
			parts := reload.Parts{Gateway: file.Gateway, Next: http.HandlerFunc(backend), Options: middleware.Options{OnDecision: noteDecision}}
			if closed != nil {
				parts.Close = func() { closed <- route }
			}
			return parts, nil
		},
	}
}

func ask(gate http.Handler) string {
	r := httptest.NewRequest("PUT", "/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"Order Id":"1"}}`))
	r = r.WithContext(context.WithValue(r.Context(), decidedKey{}, new(middleware.Decision)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer open-sesame")
	answer := httptest.NewRecorder()
	gate.ServeHTTP(answer, r)
	return fmt.Sprint(answer.Code, " ", answer.Body)
}

const (
	underA = `200 route-a subject-a subject-a {"customer_info":{"ORDER ID":"1"}}`
	underB = `200 route-b subject-b subject-b {"customer_info":{"order id":"1"}}`
)

func TestEveryRequestIsServedUnderOnePolicyWhileAThousandReloadsHappen(t *testing.T) {
	a, b := onePolicy("a", "upper"), onePolicy("b", "lower")
	gate, name := newGate(t, a, nil)
	var done atomic.Bool
	var asked, answeredA, answeredB atomic.Int64
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for !done.Load() {
				time.Sleep(time.Millisecond) // leave something of the processor to the reloads
				asked.Add(1)
				switch got := ask(gate); got {
				case underA:
					answeredA.Add(1)
				case underB:
					answeredB.Add(1)
				default:
					t.Errorf("answered %s", got)
				}
			}
		})
	}
	for i := range 1000 {
		replace(t, name, []string{b, a}[i%2])
		if err := gate.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	done.Store(true)
	clients.Wait()
	if answeredA.Load() == 0 || answeredB.Load() == 0 || answeredA.Load()+answeredB.Load() != asked.Load() {
		t.Errorf("asked %d, answered under a %d, under b %d", asked.Load(), answeredA.Load(), answeredB.Load())
	}
}

func TestARequestUnderWayEndsUnderThePolicyItBeganWith(t *testing.T) {
	gate, name := newGate(t, onePolicy("a", "upper"), nil)
	reader, writer := io.Pipe()
	r := httptest.NewRequest("PUT", "/api/v2/z/conversations/1", reader)
	r = r.WithContext(context.WithValue(r.Context(), decidedKey{}, new(middleware.Decision)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer open-sesame")
	answer := httptest.NewRecorder()
	ended := make(chan bool)
	go func() { gate.ServeHTTP(answer, r); close(ended) }()
	_, _ = io.WriteString(writer, `{"customer_info":`) // read: the gate is at work
	replace(t, name, onePolicy("b", "lower"))
	if err := gate.Reload(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(writer, `{"Order Id":"1"}}`)
	_ = writer.Close()
	if <-ended; answer.Body.String() != underA[4:] {
		t.Errorf("answered %s", answer.Body)
	}
	if got := ask(gate); got != underB {
		t.Errorf("then answered %s", got)
	}
}

func TestABadPolicyChangesNothing(t *testing.T) {
	gate, name := newGate(t, onePolicy("a", "upper"), nil)
	for content, want := range map[string]string{
		"":                           name + ":1:1: the policy is empty",
		"routes: [{mode: monitor}]":  name + `:1:11: routes[0].mode: "monitor" is none of`,
		"lookalikes: [":              name + ":1:13: not YAML",
		onePolicy("b", "Upside"):     name + `:6:12: routes[0].keys.style: "Upside" is none of`,
		onePolicy("c", "upper"):      "not this one",
		onePolicy("b", "x\ny: [1]#"): name + ":",
	} {
		replace(t, name, content)
		err := gate.Reload()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", content, err, want)
		}
		if got := ask(gate); got != underA || gate.Policy().Routes[0].Name != "route-a" {
			t.Errorf("%q: answered %s", content, got)
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := gate.Reload(); !errors.Is(err, os.ErrNotExist) || ask(gate) != underA {
		t.Errorf("without a file: %v", err)
	}
}

func TestNewDoesNotStartWithABadPolicy(t *testing.T) {
	name := filepath.Join(t.TempDir(), "policy.yaml")
	replace(t, name, "mode: x")
	_, err := reload.New(source(name, nil))
	if problems := (policyfile.Problems)(nil); !errors.As(err, &problems) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsReplacedIsClosed(t *testing.T) {
	closed := make(chan string, 9)
	gate, name := newGate(t, onePolicy("a", "upper"), closed)
	replace(t, name, onePolicy("c", "upper"))
	if gate.Reload() == nil || len(closed) > 0 {
		t.Error("closed though it stays in force")
	}
	replace(t, name, onePolicy("b", "lower")+"gateway: {trustedProxies: [10.0.0.0/8]}\n")
	if err := gate.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := <-closed; got != "route-a" {
		t.Errorf("closed %s", got)
	}
	if got := gate.Gateway().TrustedProxies; len(got) != 1 {
		t.Errorf("the section in force has %q", got)
	}
	gate.Close()
	if got := <-closed; got != "route-b" || len(closed) > 0 {
		t.Errorf("closed %s at the end", got)
	}
}
