package main_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAReaderOfTheLogThatEndsDoesNotEndTheGateway closes the pipe that decisions go to.
func TestAReaderOfTheLogThatEndsDoesNotEndTheGateway(t *testing.T) {
	p := &process{stderr: filepath.Join(t.TempDir(), "stderr")}
	p.command = exec.Command("attrgate", "serve", "--config", file(t, static("crm")+section(t)), "--listen", "127.0.0.1:0", "--log", "json")
	stderr, err := os.Create(p.stderr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stderr.Close() }()
	p.command.Stderr = stderr
	stdout, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	p.address = announced(t, bufio.NewScanner(stdout), p)
	if err := stdout.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if reply := p.update(t, "Bearer crm"); reply.StatusCode != http.StatusOK {
			t.Errorf("status %d", reply.StatusCode)
		}
		until(t, "stderr says it", func() bool { return strings.Contains(p.said(t), "decisions cannot be written to stdout: ") })
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		t.Error(err)
	}
}
