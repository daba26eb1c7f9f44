package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

// launched is a command that runs in this process until stop.
type launched struct {
	lines  chan string // of stdout
	stderr bytes.Buffer
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
