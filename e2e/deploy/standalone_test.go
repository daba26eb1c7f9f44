package deploy_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// start runs the command until the test ends, and returns its first line.
func start(t *testing.T, args ...string) string {
	t.Helper()
	binary, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(binary, args...)
	process.Stderr = os.Stderr
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	check(t, process.Start())
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	t.Cleanup(func() {
		_ = process.Process.Signal(syscall.SIGTERM)
		if err := process.Wait(); err != nil {
			t.Errorf("%s ended with %v", args[0], err)
		}
	})
	check(t, err)
	return first
}

// TestTheStandaloneExampleGuardsTheDemosBackend follows the example's README, on free ports:
// it sends the requests of the demo to the example's gateway.
func TestTheStandaloneExampleGuardsTheDemosBackend(t *testing.T) {
	var demo struct {
		Gateway, Backend, AuthorizationServer string
		Requests                              []struct {
			Method, URL, Body string
			Status            int
			Headers           []struct{ Name, Value string }
		}
	}
	check(t, json.Unmarshal([]byte(start(t, "demo", "--port", "0", "--output", "json")), &demo))
	address, admin := freeAddress(t), freeAddress(t)
	file := filepath.Join(t.TempDir(), "attrgate.yaml")
	text := strings.NewReplacer("http://127.0.0.1:8081", demo.Backend, "http://127.0.0.1:8082", demo.AuthorizationServer,
		"127.0.0.1:8090", address, "127.0.0.1:9901", admin).Replace(read(t, "examples/standalone/attrgate.yaml"))
	check(t, os.WriteFile(file, []byte(text), 0o644))
	if output, code := attrgate(t, "", "check", file); code != 0 {
		t.Errorf("attrgate check: code %d\n%s", code, output)
	}
	start(t, "serve", "--config", file)
	if status := statusOf(t, "http://"+admin+"/readyz"); status != 200 {
		t.Errorf("not ready: %d", status)
	}
	asked := 0
	for _, r := range demo.Requests {
		if !strings.HasPrefix(r.URL, demo.Gateway) {
			continue
		}
		request, err := http.NewRequest(r.Method, "http://"+address+strings.TrimPrefix(r.URL, demo.Gateway), strings.NewReader(r.Body))
		check(t, err)
		for _, h := range r.Headers {
			request.Header.Set(h.Name, h.Value)
		}
		reply, err := http.DefaultClient.Do(request)
		check(t, err)
		if _ = reply.Body.Close(); reply.StatusCode != r.Status {
			t.Errorf("%s %s: status %d, the demo says %d", r.Method, r.URL, reply.StatusCode, r.Status)
		}
		asked++
	}
	if asked < 5 {
		t.Errorf("only %d requests", asked)
	}
}
