package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const senders = 4

// send sends requests from several senders until one fails, and returns how many were
// answered.
func send(t *testing.T, url string, enough int64) int64 {
	t.Helper()
	var answered atomic.Int64
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for answered.Load() < enough {
				reply, err := http.Get(url)
				if err != nil {
					return
				}
				_ = reply.Body.Close()
				answered.Add(1)
			}
		})
	}
	all.Wait()
	return answered.Load()
}

// TestAKilledGatewayLeavesAWholeAuditFile kills the process with requests under way and
// starts it again.
func TestAKilledGatewayLeavesAWholeAuditFile(t *testing.T) {
	audit := filepath.Join(t.TempDir(), "audit.jsonl")
	config := serving(t, "'127.0.0.1:0'")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	audited := strings.Replace(string(text), "gateway: {", "gateway: {log: {audit: {file: "+audit+"}}, ", 1)
	if err := os.WriteFile(config, []byte(audited), 0o600); err != nil {
		t.Fatal(err)
	}
	first := exec.Command(program(t), "serve", "--config", config)
	url := started(t, first)
	killed := make(chan int64)
	go func() { killed <- send(t, url, 1<<40) }()
	if n := send(t, url, 200); n < 200 {
		t.Fatalf("%d answered", n)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	answered := <-killed + 200
	_ = first.Wait()
	second := exec.Command(program(t), "serve", "--config", config)
	lines := underWay(t, second)
	lines.Scan()
	answered += send(t, strings.Fields(lines.Text())[3], 200)
	if got := int64(wholeLines(t, audit)); got < answered-2*senders {
		t.Errorf("%d lines, %d answered", got, answered)
	}
}

// started starts a command and returns the URL that it listens on.
func started(t *testing.T, command *exec.Cmd) (url string) {
	t.Helper()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscanf(out, "gateway listens on %s", &url); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return url
}

func wholeLines(t *testing.T, name string) (n int) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if n++; !json.Valid([]byte(line)) {
			t.Fatalf("line %d: %q", n, line)
		}
	}
	return n
}
