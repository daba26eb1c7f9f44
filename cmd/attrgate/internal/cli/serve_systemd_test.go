package cli_test

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// serviceManager is the socket on which systemd hears of a service.
func serviceManager(t *testing.T) (heard func() string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	t.Setenv("NOTIFY_SOCKET", name)
	return func() string {
		message := make([]byte, 4096)
		_ = socket.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, err := socket.Read(message)
		if err != nil {
			t.Fatal(err)
		}
		return string(message[:n])
	}
}

func TestServeTellsSystemdHowItDoes(t *testing.T) {
	heard := serviceManager(t)
	l, _, admin := launchServe(t, "--config", policyFile(t, "p.yaml", staticPolicy()), "--upstream", quiet(t))
	want := func(pattern string) {
		t.Helper()
		if got := heard(); !regexp.MustCompile("^(?:" + pattern + ")$").MatchString(got) {
			t.Errorf("systemd heard %q, want %s", got, pattern)
		}
	}
	want("READY=1")
	_, _ = reloaded(t, admin)
	want(`RELOADING=1\nMONOTONIC_USEC=\d+\n`)
	want("READY=1")
	l.cancel()
	want("STOPPING=1")
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestServeFeedsTheWatchdog(t *testing.T) {
	heard := serviceManager(t)
	t.Setenv("WATCHDOG_USEC", "100000")
	t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	l, _, _ := launchServe(t, "--config", policyFile(t, "p.yaml", staticPolicy()), "--upstream", quiet(t))
	for ready, beats := false, 0; !ready || beats < 5; {
		switch got := heard(); got {
		case "READY=1":
			ready = true
		case "WATCHDOG=1":
			beats++
		default:
			t.Fatalf("systemd heard %q", got)
		}
	}
	l.stop(t)
}

func TestServeNeedsTheSocketsOfSystemd(t *testing.T) {
	code, _, stderr := run(t.Context(), "serve", "--config", policyFile(t, "p.yaml", staticPolicy()), "--upstream", "http://127.0.0.1:1", "--listen", "systemd")
	if code != 2 || stderr != "attrgate: cannot listen on systemd: systemd has opened no such socket for this process\n" {
		t.Errorf("code %d, %q", code, stderr)
	}
}
