package oauth

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/command"
	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

const root = "../.."

// startLimit and poll keep a test from waiting for ever; they measure nothing.
const (
	startLimit = time.Minute
	poll       = 10 * time.Millisecond
)

// The scopes of the two built-in routes.
const (
	salesIQ    = "SalesIQ.conversations.UPDATE"
	expertFlow = "channel-session:update"
)

// crm is the client that calls the API.
var crm = glewlwyd.Client{ID: "crm", Secret: "made-up-secret-of-crm", Scopes: []string{salesIQ, expertFlow, "other"}}

// attrgate is the command, built once.
var attrgate string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "attrgate-oauth")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	attrgate = filepath.Join(dir, "attrgate")
	if err := command.Build(root, attrgate); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// newServer makes a server that runs, with a key of an algorithm, and the client.
func newServer(t *testing.T, alg string, clients ...glewlwyd.Client) *glewlwyd.Server {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starts an OAuth 2 server")
	}
	server, err := glewlwyd.New(t.TempDir(), freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("glewlwyd's log:\n%s", server.Log())
		}
	})
	must(t, server.Start())
	must(t, server.Configure([]glewlwyd.Key{newKey(t, "first", alg)}, append(clients, crm)...))
	return server
}

func newKey(t *testing.T, id, alg string) glewlwyd.Key {
	t.Helper()
	key, err := glewlwyd.NewKey(id, alg)
	must(t, err)
	return key
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := traefik.FreeAddress()
	must(t, err)
	return address
}

// listening finds what a server of attrgate says of its address.
var listening = regexp.MustCompile(`listens on (http://[0-9.:]+)`)

// startCommand starts attrgate and returns the URL that it listens on.
func startCommand(t *testing.T, name string, args ...string) string {
	t.Helper()
	process, err := daemon.Start(name, t.TempDir(), attrgate, append([]string{name, "--listen", "127.0.0.1:0"}, args...)...)
	must(t, err)
	t.Cleanup(func() {
		if err := process.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the log of attrgate %s:\n%s", name, process.Log())
		}
	})
	must(t, process.WaitUntil(func() bool { return listening.MatchString(process.Log()) }, poll, startLimit))
	return listening.FindStringSubmatch(process.Log())[1]
}

// startGate starts the gate with a policy in front of a backend.
func startGate(t *testing.T, policy, backend string) gate {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.yaml")
	must(t, os.WriteFile(file, []byte(policy), 0o600))
	return gate{url: startCommand(t, "serve", "--policy", file, "--upstream", backend)}
}

// policyFor trusts a server's tokens. Its times are as short as they may be.
func policyFor(server *glewlwyd.Server, more ...string) string {
	return fmt.Sprintf(`issuers:
  - issuer: %s
    audiences: [%s]
    keysFloor: 1s
    keysFreshFor: 2s
    algorithms: [RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA]
`, server.Issuer(), glewlwyd.Resource) + strings.Join(more, "")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newToken(t *testing.T, server *glewlwyd.Server, scopes ...string) string {
	t.Helper()
	token, err := server.Token(crm, scopes...)
	must(t, err)
	return token
}
