package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

// service is a command that runs until stop.
type service struct {
	url    string
	curls  []string
	cancel context.CancelFunc
	code   chan int
	stderr *bytes.Buffer
}

// serve starts "attrgate sandbox" on a free port and reads what it prints.
func serve(t *testing.T, args ...string) *service {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	running := &service{cancel: cancel, code: make(chan int, 1), stderr: &bytes.Buffer{}}
	t.Cleanup(cancel)
	go func() {
		args := append([]string{"sandbox", "--listen", "127.0.0.1:0"}, args...)
		running.code <- cli.Run(ctx, args, strings.NewReader(""), writer, running.stderr)
		writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	for len(running.curls) < 2 && lines.Scan() {
		running.read(lines.Text())
	}
	if len(running.curls) < 2 {
		t.Fatalf("code %d, stderr %q", <-running.code, running.stderr)
	}
	go io.Copy(io.Discard, reader)
	return running
}

func (s *service) read(line string) {
	if address := regexp.MustCompile(`http://\S+`).FindString(line); s.url == "" {
		s.url = address
	}
	if strings.HasPrefix(line, "curl ") {
		s.curls = append(s.curls, line)
	}
}

// stop asks for the end, as Ctrl-C does, and checks that it is an orderly one.
func (s *service) stop(t *testing.T) {
	t.Helper()
	s.cancel()
	select {
	case code := <-s.code:
		if code != 0 || s.stderr.Len() > 0 {
			t.Errorf("code %d, stderr %q", code, s.stderr)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the command does not end")
	}
}

// follow sends the request that a printed curl command stands for.
func follow(t *testing.T, curl string) (status int, reply string) {
	t.Helper()
	parts := regexp.MustCompile(`-X (\w+) '([^']+)' -H 'Content-Type: ([^']+)' -d '([^']+)'$`).FindStringSubmatch(curl)
	if parts == nil {
		t.Fatalf("not the expected form: %s", curl)
	}
	request, err := http.NewRequestWithContext(t.Context(), parts[1], parts[2], strings.NewReader(parts[4]))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", parts[3])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestSandboxPrintsCommandsThatWork(t *testing.T) {
	running := serve(t, "--session", "abc")
	defer running.stop(t)
	status, reply := follow(t, running.curls[0])
	if status != 200 || !strings.Contains(reply, `"customer_info":{"Model":"Class X9","Branch":"Sydney"}`) {
		t.Errorf("SalesIQ: %d %s", status, reply)
	}
	status, reply = follow(t, running.curls[1])
	if status != 200 || !strings.Contains(reply, `{"key":"name","type":"String2000","value":"Ada Example"}`) || !strings.Contains(reply, `"id":"abc"`) {
		t.Errorf("ExpertFlow: %d %s", status, reply)
	}
}

func TestSandboxFlags(t *testing.T) {
	running := serve(t, "--session", "abc", "--session", "def", "--errors-as-200")
	defer running.stop(t)
	for path, want := range map[string]int{
		"/forms/abc": 200, "/forms/def": 200, "/forms/ghi": 404, "/api/v2/acme/conversations/a.b": 200,
	} {
		status, reply := follow(t, "-X GET '"+running.url+path+"' -H 'Content-Type: application/json' -d ' '")
		if status != want {
			t.Errorf("%s: %d %s", path, status, reply)
		}
	}
}

func TestSandboxKeepsItsDataOverARestart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "sandbox.db")
	first := serve(t, "--data", data)
	follow(t, first.curls[0])
	code, _, stderr := run(t.Context(), "sandbox", "--listen", "127.0.0.1:0", "--data", data)
	if code != 2 || stderr != "attrgate: sandbox: data file "+data+": in use by another process\n" {
		t.Errorf("second process: code %d, stderr %q", code, stderr)
	}
	first.stop(t)
	second := serve(t, "--data", data)
	defer second.stop(t)
	_, reply := follow(t, strings.NewReplacer("Model", "Colour", "Class X9", "blue").Replace(second.curls[0]))
	if !strings.Contains(reply, `"customer_info":{"Model":"Class X9","Branch":"Sydney","Colour":"blue"}`) {
		t.Errorf("after the restart: %s", reply)
	}
}

func TestSandboxBusyPort(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	address := busy.Addr().String()
	code, stdout, stderr := run(t.Context(), "sandbox", "--listen", address)
	if code != 2 || stdout != "" || strings.Count(stderr, "\n") != 1 ||
		!strings.HasPrefix(stderr, "attrgate: cannot listen on "+address+": ") || !strings.HasSuffix(stderr, "with --listen)\n") {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestSandboxNamesEveryBadSessionOnOneLine(t *testing.T) {
	code, _, stderr := run(t.Context(), "sandbox", "--listen", "127.0.0.1:0", "--session", "a/b", "--session", "")
	want := "attrgate: sandbox: session \"a/b\": not a channel session id; session \"\": not a channel session id\n"
	if code != 2 || stderr != want {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}
