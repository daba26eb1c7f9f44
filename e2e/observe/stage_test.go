package observe

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/command"
	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

const root = "../.."

// startLimit and poll keep a test from waiting for ever; they measure nothing.
const (
	startLimit = time.Minute
	poll       = 100 * time.Millisecond
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tool finds a program of Debian's package prometheus.
func tool(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starts Prometheus")
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v (apt-get install prometheus)", err)
	}
	return path
}

// start starts a program, and returns it when its log shows a pattern, with what that found.
func start(t *testing.T, name, binary string, pattern *regexp.Regexp, args ...string) (found []string) {
	t.Helper()
	process, err := daemon.Start(name, t.TempDir(), binary, args...)
	must(t, err)
	t.Cleanup(func() {
		if err := process.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			log := process.Log()
			t.Logf("the end of the log of %s:\n%s", name, log[max(0, len(log)-3000):])
		}
	})
	must(t, process.WaitUntil(func() bool { return pattern.MatchString(process.Log()) }, poll, startLimit))
	return pattern.FindStringSubmatch(process.Log())
}

// stage is a gateway with a backend and an issuer, and a Prometheus that scrapes it.
type stage struct {
	gateway, prometheus string
	token               string // of the issuer
}

// demo is what "attrgate demo --output json" prints.
type demo struct {
	Backend, AuthorizationServer, Audience string
	Requests                               []struct {
		Headers []struct{ Name, Value string }
	}
}

func newStage(t *testing.T) stage {
	t.Helper()
	prometheus := tool(t, "prometheus")
	attrgate := filepath.Join(t.TempDir(), "attrgate")
	must(t, command.Build(root, attrgate))
	var d demo
	line := start(t, "demo", attrgate, regexp.MustCompile(`(?m)^(\{.*\})$`), "demo", "--port", "0", "--output", "json")
	must(t, json.Unmarshal([]byte(line[1]), &d))
	s := stage{}
	for _, header := range d.Requests[0].Headers {
		if header.Name == "Authorization" {
			s.token = header.Value
		}
	}
	urls := start(t, "serve", attrgate, regexp.MustCompile(`(?s)admin listens on http://(\S+).*gateway listens on (http://\S+)`), "serve", "--config", s.config(t, d))
	s.gateway = urls[2]
	s.prometheus = startPrometheus(t, prometheus, urls[1])
	return s
}

// config sends traces to nobody: that they are sent is what puts exemplars on durations.
// Nobody can be asked about opaque tokens either.
func (s stage) config(t *testing.T, d demo) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "attrgate.yaml")
	must(t, os.WriteFile(file, []byte(fmt.Sprintf(`
issuers: [{issuer: %s, audiences: [%s]}]
introspection: [{url: 'http://127.0.0.1:1/introspect', clientID: attrgate, clientSecret: made-up}]
gateway:
  listen: ['127.0.0.1:0']
  admin: {listen: '127.0.0.1:0'}
  upstreams: [{urls: ['%s']}]
  log: {audit: {file: %s}}
  telemetry: {endpoint: 'http://127.0.0.1:1', protocol: http, traces: true}
`, d.AuthorizationServer, d.Audience, d.Backend, filepath.Join(t.TempDir(), "audit.jsonl"))), 0o600))
	return file
}

func startPrometheus(t *testing.T, binary, target string) (url string) {
	t.Helper()
	address, err := traefik.FreeAddress()
	must(t, err)
	rules, err := filepath.Abs(filepath.Join(root, "deploy", "prometheus", "alerts.yaml"))
	must(t, err)
	file := filepath.Join(t.TempDir(), "prometheus.yml")
	must(t, os.WriteFile(file, []byte(fmt.Sprintf(`
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs: [{job_name: attrgate, static_configs: [{targets: ['%s']}]}]
`, rules, target)), 0o600))
	start(t, "prometheus", binary, regexp.MustCompile("Server is ready"), "--config.file="+file, "--web.listen-address="+address,
		"--storage.tsdb.path="+filepath.Join(t.TempDir(), "data"), "--enable-feature=exemplar-storage")
	return "http://" + address
}

// load sends requests of all kinds until the test ends.
func (s stage) load(t *testing.T) {
	t.Helper()
	end, ended := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(end); <-ended })
	go func() {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
			}
			for _, r := range s.requests() {
				if reply, err := http.DefaultClient.Do(r); err == nil {
					_, _ = io.Copy(io.Discard, reply.Body)
					_ = reply.Body.Close()
				}
			}
		}
	}()
}

// requests are admitted, with a name that is changed; refused for each reason that shows in
// a panel; and passed.
func (s stage) requests() []*http.Request {
	var all []*http.Request
	for _, c := range []struct{ method, path, token, body string }{
		{"PUT", "/api/v2/zylker/conversations/4000000012345678", s.token, `{"customer_info":{"%visitor.custominfo.Model%":"1"}}`},
		{"PUT", "/api/v2/zylker/conversations/4000000012345678", s.token, `{"customer_info":{"email":"x"}}`},
		{"PUT", "/api/v2/zylker/conversations/4000000012345678", "Bearer opaque", `{}`},
		{"PUT", "/api/v2/zylker/conversations/4000000012345678", "", `{}`},
		{"GET", "/missing", "", ""},
	} {
		r, err := http.NewRequest(c.method, s.gateway+c.path, strings.NewReader(c.body))
		if err != nil {
			continue // cannot be: the parts are fixed
		}
		r.Header.Set("Content-Type", "application/json")
		if c.token != "" {
			r.Header.Set("Authorization", c.token)
		}
		all = append(all, r)
	}
	return all
}
