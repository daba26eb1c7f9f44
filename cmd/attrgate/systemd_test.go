package main_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is this binary under the name by which it is attrgate.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "attrgate")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	return name
}

// serving is a file with a static token and a backend.
func serving(t *testing.T, listen string) string {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	t.Cleanup(backend.Close)
	name := filepath.Join(t.TempDir(), "attrgate.yaml")
	text := "staticTokens: [{sha256: " + strings.Repeat("a", 64) + ", subject: x}]\n" +
		"gateway: {listen: [" + listen + "], upstreams: [{urls: ['" + backend.URL + "']}]}\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// underWay starts a command, and ends it at the end of the test as systemd does. It returns what
// it prints.
func underWay(t *testing.T, command *exec.Cmd) *bufio.Scanner {
	t.Helper()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	command.Stderr = &stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			t.Errorf("%v: %s", err, &stderr)
		}
	})
	return bufio.NewScanner(out)
}

// asks sends a request over connections of its own making, and returns the status.
func asks(t *testing.T, network, address string) int {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	defer transport.CloseIdleConnections()
	reply, err := (&http.Client{Transport: transport, Timeout: time.Minute}).Get("http://gateway/")
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	return reply.StatusCode
}

// socket opens a listener and hands over its file, as systemd does.
func socket(t *testing.T, network, address string) (file *os.File, opened string) {
	t.Helper()
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	switch l := listener.(type) {
	case *net.TCPListener:
		file, err = l.File()
	case *net.UnixListener:
		l.SetUnlinkOnClose(false)
		file, err = l.File()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	defer listener.Close()
	return file, listener.Addr().String()
}

func TestServeTakesTheSocketsOfSystemd(t *testing.T) {
	web, webAddress := socket(t, "tcp", "127.0.0.1:0")
	other, _ := socket(t, "tcp", "127.0.0.1:0")
	local, localAddress := socket(t, "unix", filepath.Join(t.TempDir(), "gateway.sock"))
	command := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$0" "$@"`, program(t), "serve", "--config", serving(t, "'systemd:web', 'systemd:local'"))
	command.Env = append(os.Environ(), "LISTEN_FDS=3", "LISTEN_FDNAMES=web:other:local")
	command.ExtraFiles = []*os.File{web, other, local}
	lines := underWay(t, command)
	for _, want := range []string{"http://" + webAddress, "unix:" + localAddress} {
		if lines.Scan(); !strings.HasPrefix(lines.Text(), "gateway listens on "+want+" and forwards to ") {
			t.Errorf("printed %q, want %s", lines.Text(), want)
		}
	}
	if got := asks(t, "tcp", webAddress); got != http.StatusTeapot {
		t.Errorf("status %d", got)
	}
	if got := asks(t, "unix", localAddress); got != http.StatusTeapot {
		t.Errorf("status %d", got)
	}
}

// TestServeIsStartedByItsSocket has the real socket activation of systemd.
func TestServeIsStartedByItsSocket(t *testing.T) {
	activate, err := exec.LookPath("systemd-socket-activate")
	if err != nil {
		t.Skip("systemd-socket-activate is not installed (Debian package systemd)")
	}
	name := filepath.Join(t.TempDir(), "gateway.sock")
	command := exec.Command(activate, "--listen="+name, program(t), "serve", "--config", serving(t, "systemd"))
	lines := underWay(t, command)
	for { // until systemd-socket-activate listens
		connection, err := net.Dial("unix", name)
		if err == nil {
			_ = connection.Close()
			break
		}
	}
	if got := asks(t, "unix", name); got != http.StatusTeapot {
		t.Errorf("status %d", got)
	}
	if lines.Scan(); !strings.HasPrefix(lines.Text(), "gateway listens on unix:"+name+" ") {
		t.Errorf("printed %q", lines.Text())
	}
}
