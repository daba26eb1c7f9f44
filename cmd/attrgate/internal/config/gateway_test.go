package config_test

import (
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
)

// problems reads a file whose policy is fine and returns what is wrong with its section.
func problems(t *testing.T, section string) string {
	t.Helper()
	file := policyfile.Parse("f.yaml", []byte("issuers: [{issuer: https://idp.example.com, audiences: [a]}]\ngateway:\n  "+section))
	if err := file.Problems(nil); err != nil {
		return err.Error()
	}
	return ""
}

func TestWhatIsWrongHasAPlace(t *testing.T) {
	for section, want := range map[string]string{
		"listen: [x]":                                              `f.yaml:3:12: gateway.listen[0]: "x" is not an address such as 127.0.0.1:8080`,
		"listen: [':99999']":                                       `f.yaml:3:12: gateway.listen[0]: ":99999" is not an address such as 127.0.0.1:8080`,
		"listen: ['unix:/run/x.sock']":                             `f.yaml:3:12: gateway.listen[0]: "unix:/run/x.sock" is not an address such as 127.0.0.1:8080`,
		"listen: [systemd:80]":                                     ``,
		"lissten: [x]":                                             `f.yaml:3:3: gateway.lissten: unknown field; did you mean "listen"?`,
		"admin: {listen: x}":                                       `f.yaml:3:11: gateway.admin.listen: "x" is not an address such as 127.0.0.1:8080`,
		"trustedProxies: [10.0.0.1]":                               `f.yaml:3:20: gateway.trustedProxies[0]: "10.0.0.1" is not a network such as 10.0.0.0/8`,
		"tls: {certFile: x}":                                       `f.yaml:3:3: gateway.tls: certFile and keyFile come together`,
		"tls: {clientCAFile: x}":                                   `f.yaml:3:9: gateway.tls.clientCAFile: needs the gateway's own certificate and key`,
		"drain: {delay: 5}":                                        `f.yaml:3:11: gateway.drain.delay: must be a string, not the number 5`,
		"drain: {delay: soon}":                                     `f.yaml:3:11: gateway.drain.delay: "soon" is not a duration such as 30s`,
		"timeouts: {idle: -1s}":                                    `f.yaml:3:14: gateway.timeouts.idle: "-1s" is not a duration such as 30s`,
		"limits: {requests: -1}":                                   `f.yaml:3:12: gateway.limits.requests: cannot be negative`,
		"rateLimits: [{by: ip}]":                                   `f.yaml:3:16: gateway.rateLimits[0].requests: must be at least 1` + "\n" + `f.yaml:3:17: gateway.rateLimits[0].by: "ip" is none of "subject", "client", "route"`,
		"rateLimits: [{requests: 1, per: 25h}]":                    `f.yaml:3:30: gateway.rateLimits[0].per: must be more than 0s and at most 24h`,
		"rateLimits: [{requests: 1, routes: [x]}]":                 `f.yaml:3:39: gateway.rateLimits[0].routes[0]: the policy has no route "x"`,
		"timeouts: {write: 0s}":                                    `f.yaml:3:14: gateway.timeouts.write: must be more than 0s`,
		"rateLimits: [{requests: 1}, {requests: 2}]":               `f.yaml:3:31: gateway.rateLimits[1].name: "subject" is another limit's name, or what it has in its place`,
		"rateLimits: [{requests: 1, name: 'a b'}]":                 `f.yaml:3:30: gateway.rateLimits[0].name: "a b" has characters that are not visible ASCII, or a quote or backslash`,
		"rateLimits: [{requests: 1, per: 2d}]":                     `f.yaml:3:30: gateway.rateLimits[0].per: "2d" is not a duration such as 30s`,
		"rateLimits: [{requests: 2000000}]":                        `f.yaml:3:17: gateway.rateLimits[0].requests: must be at most 1000000 a second`,
		"rateLimits: [{requests: 1, per: 24h, burst: 32}]":         `f.yaml:3:40: gateway.rateLimits[0].burst: it would take longer than 31 days until as many may come again`,
		"redis: {prefix: x}":                                       `f.yaml:3:3: gateway.redis.addresses: at least one address is required`,
		"redis: {addresses: ['x:1'], password: a, passwordEnv: b}": `f.yaml:3:3: gateway.redis: only one of password, passwordEnv and passwordFile can be given`,
		"log: {decisions: xml}":                                    `f.yaml:3:9: gateway.log.decisions: "xml" is none of "text", "json", "none"`,
		"log: {audit: {keep: 3}}":                                  `f.yaml:3:9: gateway.log.audit.file: is required`,
		"telemetry: {endpoint: 'collector:4317'}":                  `f.yaml:3:15: gateway.telemetry.endpoint: must be an http or https URL such as http://127.0.0.1:4317`,
		"telemetry: {endpoint: 'http://c', traceRatio: '2'}":       `f.yaml:3:37: gateway.telemetry.traceRatio: "2" is not a number from 0 to 1`,
		"upstreams: [{urls: [http://x], routes: [custom-info]}]":   `f.yaml:3:3: gateway.upstreams: one upstream must be without routes: it gets the requests that no route guards`,
		"upstreams: [{urls: [http://x]}, {urls: [http://y]}]":      `f.yaml:3:35: gateway.upstreams[1].routes: two upstreams are without routes; name the routes of all but one`,
		"upstreams: [{urls: [http://x, http://y, http://x]}]":      `f.yaml:3:43: gateway.upstreams[0].urls[2]: "http://x" is there twice`,
		"upstreams: [{urls: [http://x]}, {urls: [http://y], routes: [custom-info], name: default}]": `f.yaml:3:77: gateway.upstreams[1].name: two upstreams are called "default"`,
		"upstreams: [{urls: [http://x], health: {path: x, interval: 0s, healthy: -1}}]": strings.Join([]string{
			`f.yaml:3:43: gateway.upstreams[0].health.path: "x" is not a path such as /health`,
			`f.yaml:3:52: gateway.upstreams[0].health.interval: must be more than 0s`,
			`f.yaml:3:66: gateway.upstreams[0].health.healthy: cannot be negative`}, "\n"),
		"upstreams: [{}]": `f.yaml:3:15: gateway.upstreams[0].urls: at least one URL is required`,
		"upstreams: [{urls: [http://x]}, {routes: [custom-info], urls: [http://y], stripPrefix: /api}, {routes: [channel-session], urls: [http://z], stripPrefix: /ccm}]": `f.yaml:3:143: gateway.upstreams[2].stripPrefix: the route "channel-session" is not below /ccm: write its match with the prefix, as clients send it`,
		"upstreams: [{urls: [http://x], stripPrefix: ccm, host: x, http2: x}]": strings.Join([]string{
			`f.yaml:3:34: gateway.upstreams[0].stripPrefix: "ccm" must begin with a slash and not end with one`,
			`f.yaml:3:52: gateway.upstreams[0].host: "x" is none of "upstream", "client"`,
			`f.yaml:3:61: gateway.upstreams[0].http2: "x" is none of "auto", "off", "prior-knowledge"`}, "\n"),
	} {
		if got := problems(t, section); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", section, got, want)
		}
	}
}

// TestAWrongURLIsToldWithoutItsPassword covers every way in which a URL can be no backend's.
func TestAWrongURLIsToldWithoutItsPassword(t *testing.T) {
	for text, want := range map[string]string{
		"":                      `"" is not an http or https URL with a host`,
		"localhost:9000":        `"localhost:9000" is not an http or https URL with a host`,
		"ftp://x":               `"ftp://x" is not an http or https URL with a host`,
		"http://:9000":          `"http://:9000" is not an http or https URL with a host`,
		"http://x:65536":        `"http://x:65536" has a port above 65535`,
		"http://u:secret@x":     `"http://u:xxxxx@x" must end with its path: no user, no query, no fragment`,
		"http://x/?q":           `"http://x/?q" must end with its path: no user, no query, no fragment`,
		"https://x/base#part":   `"https://x/base#part" must end with its path: no user, no query, no fragment`,
		"http://u:secret@x:y/":  `invalid port ":y" after host`,
		"http://u:secret@[::1/": `missing ']' in host`,
	} {
		if _, err := config.ParseUpstreamURL(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestWhatIsTakenOnlyAtTheStartIsNamed(t *testing.T) {
	one := config.Gateway{Listen: []string{":1"}, Upstreams: []config.Upstream{{URLs: []string{"http://x"}}}}
	other := config.Gateway{Listen: []string{":2"}, Drain: config.Drain{Delay: "1s"}}
	if got := one.Fixed(other); len(got) != 2 || got[0] != "gateway.listen" || got[1] != "gateway.drain" {
		t.Errorf("got %q", got)
	}
}
