package admin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/middleware/policy"
)

// get asks a running admin server.
func get(t *testing.T, state admin.State, path string) (status int, kind, body string) {
	t.Helper()
	state.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics") })
	server := httptest.NewServer(admin.NewHandler(state))
	defer server.Close()
	reply, err := http.Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	all, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, reply.Header.Get("Content-Type"), string(all)
}

func TestHealthAndReadiness(t *testing.T) {
	ready := admin.State{Unready: func() []string { return nil }}
	draining := admin.State{Unready: func() []string { return []string{"draining"} }}
	degraded := admin.State{Unready: func() []string { return nil }, Degraded: func() []string { return []string{"one address is away"} }}
	for _, c := range []struct {
		state  admin.State
		path   string
		status int
		body   string
	}{
		{ready, "/healthz", 200, "ok\n"},
		{draining, "/healthz", 200, "ok\n"},
		{ready, "/readyz", 200, `{"ready":true}` + "\n"},
		{draining, "/readyz", 503, `{"ready":false,"reasons":["draining"]}` + "\n"},
		{degraded, "/readyz", 200, `{"ready":true,"degraded":["one address is away"]}` + "\n"},
		{ready, "/metrics", 200, "metrics"},
		{ready, "/", 404, "404 page not found\n"},
		{ready, "/debug/pprof/", 404, "404 page not found\n"},
	} {
		if status, _, body := get(t, c.state, c.path); status != c.status || body != c.body {
			t.Errorf("%s: %d %q", c.path, status, body)
		}
	}
}

func TestDecisionsAreLinesOfJSON(t *testing.T) {
	var recent audit.Recent
	_, _ = recent.Write([]byte("{\"a\":1}\n"))
	_, _ = recent.Write([]byte("{\"a\":2}\n"))
	if status, kind, body := get(t, admin.State{Decisions: &recent}, "/decisions"); status != 200 || kind != "application/jsonl" || body != "{\"a\":1}\n{\"a\":2}\n" {
		t.Errorf("%d %s %q", status, kind, body)
	}
}

type answered struct {
	Digest string
	Policy map[string]any
}

func shown(t *testing.T, p policy.Policy) (answered, string) {
	t.Helper()
	status, kind, body := get(t, admin.State{Policy: func() policy.Policy { return p }}, "/policy")
	var a answered
	if err := json.Unmarshal([]byte(body), &a); err != nil || status != 200 || kind != "application/json" {
		t.Fatalf("%d %s %s %v", status, kind, body, err)
	}
	return a, body
}

func TestThePolicyIsShownWithoutSecrets(t *testing.T) {
	p := policy.Policy{}
	fill(reflect.ValueOf(&p).Elem(), "")
	p.Introspection[0].URL = "https://user:own-secret@idp.example.com/introspect?key=own-secret"
	_, body := shown(t, p)
	if strings.Contains(body, "own-secret") {
		t.Errorf("shown: %s", body)
	}
	for _, want := range []string{"value of lookalikes", "value of secretEnv", "value of clientSecretFile", "https://hidden@idp.example.com/introspect?hidden"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not shown", want)
		}
	}
}

var secretName = regexp.MustCompile(`(?i)(secret|password|refreshToken|sha256)$`)

// fill gives every field a value, and those with the name of a secret a secret one.
func fill(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name)
	case reflect.Struct:
		for i := range v.NumField() {
			field, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			fill(v.Field(i), field)
		}
	case reflect.String:
		v.SetString("value of " + name)
		if secretName.MatchString(name) {
			v.SetString("own-secret")
		}
	}
}

func TestTheDigestTellsPoliciesApartButNotTheirSecrets(t *testing.T) {
	one := policy.Policy{Lookalikes: "refuse", StaticTokens: []policy.StaticToken{{SHA256: "aa"}}}
	secret := policy.Policy{Lookalikes: "refuse", StaticTokens: []policy.StaticToken{{SHA256: "bb"}}}
	other := policy.Policy{Lookalikes: "refuse", StaticTokens: []policy.StaticToken{{SHA256: "aa", Subject: "s"}}}
	a, _ := shown(t, one)
	b, _ := shown(t, secret)
	c, _ := shown(t, other)
	if !strings.HasPrefix(a.Digest, "sha256:") || a.Digest != b.Digest || a.Digest == c.Digest {
		t.Errorf("%s %s %s", a.Digest, b.Digest, c.Digest)
	}
}
