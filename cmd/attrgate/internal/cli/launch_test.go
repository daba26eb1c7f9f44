package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

// journal collects what is written, also while it is read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) Len() int { return len(j.String()) }

// launched is a command that runs in this process until stop.
type launched struct {
	lines  chan string // of stdout
	stderr journal
	cancel context.CancelFunc
	code   chan int
}

func launch(t *testing.T, args ...string) *launched {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	reader, writer := io.Pipe()
	l := &launched{lines: make(chan string, 1000), cancel: cancel, code: make(chan int, 1)}
	go func() {
		code := cli.Run(ctx, args, strings.NewReader(""), writer, &l.stderr)
		_ = writer.Close()
		l.code <- code
	}()
	go func() {
		scanner := bufio.NewScanner(reader)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			l.lines <- scanner.Text()
		}
		close(l.lines)
	}()
	return l
}

// line returns the next line of stdout.
func (l *launched) line(t *testing.T) string {
	t.Helper()
	select {
	case line, open := <-l.lines:
		if !open {
			t.Fatalf("the command has ended with code %d, stderr %q", <-l.code, l.stderr.String())
		}
		return line
	case <-time.After(10 * time.Second):
		t.Fatal("no line on stdout")
		return ""
	}
}

// said waits until a text stands on stderr.
func (l *launched) said(t *testing.T, text string) {
	t.Helper()
	for late := time.Now().Add(10 * time.Second); !strings.Contains(l.stderr.String(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("stderr says %q, not %q", l.stderr.String(), text)
		}
	}
}

// stop ends the command as Ctrl-C does, and checks that it ends well and says no more.
func (l *launched) stop(t *testing.T) {
	t.Helper()
	l.cancel()
	select {
	case code := <-l.code:
		if code != 0 || l.stderr.Len() > 0 {
			t.Errorf("code %d, stderr %q", code, l.stderr.String())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the command does not end")
	}
}

// deaf checks that nobody listens on a URL's address any more.
func deaf(t *testing.T, url string) {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err == nil {
		_ = connection.Close()
		t.Errorf("%s still listens", url)
	}
}

// occupied returns an address that somebody else listens on.
func occupied(t *testing.T) (address, port string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	return listener.Addr().String(), port
}
