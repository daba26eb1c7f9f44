package main_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is an "attrgate serve" of its own, as an operator would run it.
type process struct {
	address string // of the gateway
	admin   string // URL for operators
	command *exec.Cmd
	stderr  string // the name of the file that holds it
}

// run starts a gateway with a file and waits until it listens. It ends with the test.
func run(t *testing.T, file string) *process {
	t.Helper()
	p := &process{command: exec.Command("attrgate", "serve", "--config", file, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")}
	p.stderr = filepath.Join(t.TempDir(), "stderr")
	stderr, err := os.Create(p.stderr)
	if err != nil {
		t.Fatal(err)
	}
	p.command.Stderr = stderr
	stdout, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.command.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, stdout)
		_ = p.command.Wait()
		_ = stderr.Close()
	})
	lines := bufio.NewScanner(stdout)
	p.admin = "http://" + announced(t, lines, p)
	p.address = announced(t, lines, p)
	go func() {
		for lines.Scan() {
		}
	}()
	return p
}

func announced(t *testing.T, lines *bufio.Scanner, p *process) string {
	t.Helper()
	if !lines.Scan() {
		t.Fatalf("the gateway has ended: %s", p.said(t))
	}
	return regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(lines.Text())
}

// said is what it wrote to stderr.
func (p *process) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(p.stderr)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// file writes a configuration and returns its name.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "attrgate.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// backend answers everything with 200 and nothing.
func backend(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	return s.URL
}

// section is that of a gateway in front of a quiet backend, with more lines.
func section(t *testing.T, lines ...string) string {
	t.Helper()
	lines = append([]string{"gateway:", "upstreams: [{urls: ['" + backend(t) + "']}]", "log: {decisions: none}"}, lines...)
	return strings.Join(lines, "\n  ") + "\n"
}

// static is a policy with the tokens of these subjects, which are the tokens too.
func static(subjects ...string) string {
	text := "staticTokens:\n"
	for _, subject := range subjects {
		sum := sha256.Sum256([]byte(subject))
		text += "  - {sha256: '" + hex.EncodeToString(sum[:]) + "', subject: " + subject + ", scopes: [SalesIQ.conversations.UPDATE]}\n"
	}
	return text
}

// update sends an attribute with a value of the Authorization header, and more headers in
// pairs.
func (p *process) update(t *testing.T, authorization string, more ...string) *http.Response {
	t.Helper()
	request, _ := http.NewRequest("PUT", "http://"+p.address+"/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"Model":"1"}}`))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", authorization)
	for i := 0; i < len(more); i += 2 {
		request.Header.Set(more[i], more[i+1])
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	return reply
}

// page returns what operators see.
func (p *process) page(t *testing.T, path string) string {
	t.Helper()
	reply, err := http.Get(p.admin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, _ := io.ReadAll(reply.Body)
	return string(text)
}

// metric returns the value of a metric with its labels as they are written.
func (p *process) metric(t *testing.T, name string) float64 {
	t.Helper()
	for _, line := range strings.Split(p.page(t, "/metrics"), "\n") {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return value
		}
	}
	return -1
}

// until waits for what must become true in the end, however busy the machine is.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for late := time.Now().Add(3 * time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("still not true: %s", what)
		}
	}
}
