package caddy_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/attrgate/attrgate/examples/caddy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

type object map[string]any

// TestCases runs the project's cases through one real Caddy. Every case has a route of its
// own, chosen by the address that the client comes from, so that the request itself stays as
// the case has it.
func TestCases(t *testing.T) {
	cases, err := policytest.Load("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	recording := &policytest.Backend{}
	backend := httptest.NewServer(recording)
	defer backend.Close()
	front := freeAddress(t)
	var routes []object
	for i, c := range cases {
		routes = append(routes, guarded(caseIP(i), c.Policy, backend.Listener.Addr().String()))
	}
	if err := caddy.Load(configuration(t, front, routes), true); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = caddy.Stop() }()
	for i, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if reason, excluded := c.Doors["caddy"]; excluded {
				t.Skip(reason)
			}
			answer, err := policytest.Client{LocalIP: caseIP(i)}.Send(front, c.Request)
			if err != nil {
				t.Fatal(err)
			}
			policytest.Report(t, c.Check(policytest.Outcome{Answer: answer, Received: recording.Take()}))
		})
	}
}

// caseIP gives every case a loopback address of its own.
func caseIP(i int) net.IP { return net.IPv4(127, 2, byte(i/200), byte(i%200+1)) }

// guarded is a route for what comes from one address.
func guarded(from net.IP, policy json.RawMessage, backend string) object {
	return object{
		"match": []object{{"remote_ip": object{"ranges": []string{from.String()}}}},
		"handle": []object{
			{"handler": "attrgate", "policy": policy},
			{"handler": "reverse_proxy", "upstreams": []object{{"dial": backend}}},
		},
	}
}

// configuration is Caddy's JSON for a server with some routes.
func configuration(t *testing.T, front string, routes []object) []byte {
	t.Helper()
	text, err := json.Marshal(object{
		"admin":   object{"disabled": true, "config": object{"persist": false}},
		"logging": object{"logs": object{"default": object{"level": "ERROR"}}},
		"apps": object{"http": object{"servers": object{"front": object{
			"listen":          []string{front},
			"automatic_https": object{"disable": true},
			"routes":          routes,
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheCaddyfileIsOne(t *testing.T) {
	text, err := os.ReadFile("Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	config, warnings, err := caddyconfig.GetAdapter("caddyfile").Adapt(text, nil)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if err := caddy.Validate(parsed(t, config)); err != nil {
		t.Error(err)
	}
}

const rewriting = `{
	admin off
	persist_config off
	log {
		level ERROR
	}
}
http://%s {
	bind 127.0.0.1
	uri strip_prefix /v1
	rewrite /old /forms/1
	attrgate policy.json
	reverse_proxy %s
}`

// TestRewrittenPathsAreGuarded holds the directive to its place: behind what changes a path.
func TestRewrittenPathsAreGuarded(t *testing.T) {
	backend := httptest.NewServer(&policytest.Backend{})
	defer backend.Close()
	front := freeAddress(t)
	text := fmt.Sprintf(rewriting, front, backend.Listener.Addr())
	adapted, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := caddy.Load(adapted, true); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = caddy.Stop() }()
	for _, path := range []string{"/forms/1", "/v1/forms/1", "/old"} {
		request := policytest.Message{Head: []string{"PUT " + path + " HTTP/1.1", "Host: " + front}}
		answer, err := policytest.Client{}.Send(front, request)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(answer.Start(), " 401 ") {
			t.Errorf("%s without a token: %s", path, answer.Start())
		}
	}
}

func TestABadPolicyIsNotTaken(t *testing.T) {
	config := configuration(t, freeAddress(t), []object{guarded(caseIP(0), []byte(`{"issuers":[{"isuer":"x"}]}`), "127.0.0.1:9")})
	if err := caddy.Validate(parsed(t, config)); err == nil || !strings.Contains(err.Error(), `issuers[0].isuer: unknown field; did you mean "issuer"?`) {
		t.Errorf("got %v", err)
	}
}

func TestABadPolicyIsToldWithFileAndPlace(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.json")
	if err := os.WriteFile(name, []byte(`{"issuers":[{"isuer":"x"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte("http://x {\n\tattrgate * "+name+"\n}"), nil)
	if err == nil || !strings.Contains(err.Error(), name+`: issuers[0].isuer: unknown field; did you mean "issuer"?, at `) {
		t.Errorf("got %v", err)
	}
}

func TestAnAbsoluteNameNeedsAMatcher(t *testing.T) {
	_, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte("http://x {\n\tattrgate /etc/caddy/policy.json\n}"), nil)
	if err == nil || !strings.Contains(err.Error(), "needs a matcher before it") {
		t.Errorf("got %v", err)
	}
}

func parsed(t *testing.T, config []byte) *caddy.Config {
	t.Helper()
	var c caddy.Config
	if err := json.Unmarshal(config, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return fmt.Sprint(listener.Addr())
}
