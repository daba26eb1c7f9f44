package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// policyFile writes a policy and returns its name.
func policyFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// staticPolicy admits the token "open-sesame", without any issuer.
func staticPolicy() string {
	digest := sha256.Sum256([]byte("open-sesame"))
	return `
staticTokens:
  - sha256: "` + hex.EncodeToString(digest[:]) + `"
    subject: crm sync
    scopes: [SalesIQ.conversations.UPDATE]
`
}

// startServe runs "attrgate serve" and returns the URL that it prints.
func startServe(t *testing.T, policy, upstream string) (*launched, string) {
	t.Helper()
	l := launch(t, "serve", "--policy", policy, "--upstream", upstream, "--listen", "127.0.0.1:0")
	line := l.line(t)
	parts := regexp.MustCompile(`^gateway listens on (http://127\.0\.0\.1:\d+) and forwards to (\S+)$`).FindStringSubmatch(line)
	if parts == nil || parts[2] != upstream {
		t.Fatalf("printed %q", line)
	}
	return l, parts[1]
}

func TestServeGuardsABackend(t *testing.T) {
	seen := make(chan string, 10)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- r.Method + " " + r.RequestURI + " " + string(body)
		_, _ = io.WriteString(w, "from the backend")
	}))
	defer backend.Close()
	l, gateway := startServe(t, policyFile(t, "p.yaml", staticPolicy()), backend.URL)
	for _, c := range []struct{ method, path, token, body, line, forwarded string }{
		{"PUT", "/api/v2/z/conversations/1", "open-sesame", `{"customer_info":{"%visitor.custominfo.Order ID%":"1"}}`,
			`admitted  200     custom-info      -                       "crm sync"  # µs  "Order ID" (1 renamed)`,
			`PUT /api/v2/z/conversations/1 {"customer_info":{"Order ID":"1"}}`},
		{"PUT", "/api/v2/z/conversations/1", "guess", `{}`, `refused   401     custom-info      invalid_token           -  # µs`, ""},
		{"PUT", "/api/v2/z/conversations/1", "open-sesame", `{"customer_info":{"email":"x"}}`,
			`refused   422     custom-info      invalid_attributes      "crm sync"  # µs  email:keys.reserved`, ""},
		{"POST", "/other?a;b", "", "x", `passed    200     -                -                       -  # µs`, "POST /other?a;b x"},
	} {
		request, _ := http.NewRequest(c.method, gateway+c.path, strings.NewReader(c.body))
		request.Header.Set("Content-Type", "application/json")
		if c.token != "" {
			request.Header.Set("Authorization", "Bearer "+c.token)
		}
		status, body := fetch(t, request)
		if line := undated(l.line(t)); line != c.line {
			t.Errorf("printed %q, want %q", line, c.line)
		}
		if c.forwarded == "" {
			continue
		}
		if got := <-seen; got != c.forwarded || status != 200 || body != "from the backend" {
			t.Errorf("%d %s, forwarded %s, want %s", status, body, got, c.forwarded)
		}
	}
	l.stop(t)
	deaf(t, gateway)
	if len(seen) > 0 {
		t.Errorf("the backend saw %s", <-seen)
	}
}

// undated replaces what differs from run to run: the time is cut off, the duration is #.
func undated(line string) string {
	line = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[-+]\d\d:\d\d)  `).ReplaceAllString(line, "")
	return regexp.MustCompile(`  +\d+ µs`).ReplaceAllString(line, "  # µs")
}

func TestServeAnswersForABackendThatIsAway(t *testing.T) {
	l, gateway := startServe(t, policyFile(t, "p.yaml", staticPolicy()), "http://127.0.0.1:1")
	request, _ := http.NewRequest("GET", gateway+"/x", nil)
	if status, body := fetch(t, request); status != 502 || !strings.Contains(body, `"code":"upstream_unavailable"`) {
		t.Errorf("%d %s", status, body)
	}
	l.cancel()
	if code := <-l.code; code != 0 || !strings.HasPrefix(l.stderr.String(), `attrgate: GET "/x": http://127.0.0.1:1: dial tcp 127.0.0.1:1: `) {
		t.Errorf("code %d, stderr %q", code, l.stderr.String())
	}
}

func TestServePrintsAllProblemsOfAPolicyWithPositions(t *testing.T) {
	path := policyFile(t, "bad.yaml", `issuers:
  - issuer: http://idp.example.com
    audience: contact-centre
routes:
  - api: salesiq-custom-info
    keys: {style: Snake}
    mode: monitor
  - match: PUT /x/{id
    unknown: allow
    unknown: refuse
`)
	code, stdout, stderr := run(t.Context(), "serve", "--policy", path, "--upstream", "http://127.0.0.1:1")
	want := strings.ReplaceAll(`FILE:2:5: issuers[0].issuer: http is accepted on a loopback address only; use https
FILE:2:5: issuers[0].audiences: required: the names by which the issuer's tokens mean this API
FILE:3:5: issuers[0].audience: unknown field; did you mean "audiences"?
FILE:6:12: routes[0].keys.style: "Snake" is none of "preserve", "lower", "upper", "title", "snake", "kebab", "camel", "pascal"
FILE:7:5: routes[0].mode: "monitor" is none of "enforce", "report"
FILE:8:5: routes[1].match: segment "{id": a variable takes a whole segment, such as {id}
FILE:8:5: routes[1].body.shape: required: one of "object", "list"
FILE:10:5: routes[1].unknown: given twice
`, "FILE", path)
	if code != 1 || stdout != "" || stderr != want {
		t.Errorf("code %d, stdout %q, stderr:\n%s\nwant:\n%s", code, stdout, stderr, want)
	}
}

func TestServeTakesAPolicyInJSON(t *testing.T) {
	code, _, stderr := run(t.Context(), "serve", "--policy", policyFile(t, "p.json", "{\n  \"routes\": [{\"mode\": 1}]\n}"),
		"--upstream", "http://127.0.0.1:1")
	if code != 1 || !strings.Contains(stderr, "p.json:2:15: routes[0].mode: must be a string, not the number 1\n") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}

func TestServeThatCannotRun(t *testing.T) {
	good := policyFile(t, "p.yaml", staticPolicy())
	address, _ := occupied(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no policy":      {[]string{"--upstream", "http://x"}, "--config is required (see: attrgate serve --help)"},
		"no upstream":    {[]string{"--policy", good}, "there is no backend: give --upstream, or gateway.upstreams in the file"},
		"no file":        {[]string{"--policy", "nowhere.yaml", "--upstream", "http://x"}, "reading the policy: open nowhere.yaml: no such file or directory"},
		"bad upstream":   {[]string{"--policy", good, "--upstream", "x:80"}, `--upstream: "x:80" is not an http or https URL with a host`},
		"busy address":   {[]string{"--policy", good, "--upstream", "http://x", "--listen", address}, "cannot listen on " + address + ": bind: address already in use (choose another address with --listen)"},
		"odd log":        {[]string{"--policy", good, "--upstream", "http://x", "--log", "xml"}, `invalid argument "xml" for "--log" flag: must be text, json or none (see: attrgate serve --help)`},
		"half a key":     {[]string{"--policy", good, "--upstream", "http://x", "--tls-cert", "x"}, "--tls-cert and --tls-key come together"},
		"only a CA":      {[]string{"--policy", good, "--upstream", "http://x", "--tls-client-ca", "x"}, "--tls-client-ca: needs the gateway's own certificate and key"},
		"no certificate": {[]string{"--policy", good, "--upstream", "http://x", "--tls-cert", "x.crt", "--tls-key", "x.key"}, "reading the certificate: open x.crt: no such file or directory"},
		"odd route":      {[]string{"--policy", good, "--upstream", "http://x", "--upstream", "x=http://y"}, `--upstream: there is an upstream for the route "x", which the policy does not have`},
		"no port":        {[]string{"--policy", good, "--upstream", "http://x", "--listen", "8080"}, `--listen: "8080" is not an address such as 127.0.0.1:8080`},
		"busy admin":     {[]string{"--policy", good, "--upstream", "http://x", "--listen", "127.0.0.1:0", "--admin", address}, "cannot listen on " + address + ": bind: address already in use (choose another address with --admin)"},
		"negative":       {[]string{"--policy", good, "--upstream", "http://x", "--drain-delay", "-1s"}, "--drain-delay and --drain-timeout cannot be negative"},
		"extra argument": {[]string{"policy.yaml"}, `unexpected argument "policy.yaml" (see: attrgate serve --help)`},
	} {
		code, stdout, stderr := run(t.Context(), append([]string{"serve"}, c.args...)...)
		if code != 2 || stdout != "" || stderr != "attrgate: "+c.want+"\n" {
			t.Errorf("%s: code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}
