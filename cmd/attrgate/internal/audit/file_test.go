package audit_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/smalldisk"
	"github.com/attrgate/attrgate/middleware"
)

func open(t *testing.T, c config.Audit) *audit.File {
	t.Helper()
	f, err := audit.Open(c, func(err error) { t.Log(err) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// tell writes a line of JSON with a number.
func tell(f *audit.File, n int) {
	_, _ = fmt.Fprintf(f, "{\"n\":%d,\"pad\":%q}\n", n, strings.Repeat("x", 1000))
}

// told reads the numbers of a file, each line of which must be whole.
func told(t *testing.T, name string) []int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return numbers(t, text)
}

func numbers(t *testing.T, text []byte) (all []int) {
	t.Helper()
	for _, line := range bytes.SplitAfter(text, []byte("\n")) {
		var got struct{ N int }
		if len(line) == 0 {
			continue
		}
		if err := json.Unmarshal(line, &got); err != nil || line[len(line)-1] != '\n' {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, got.N)
	}
	return all
}

// inOrder checks that a file has all numbers from 0 on.
func inOrder(t *testing.T, got []int, n int) {
	t.Helper()
	for i, found := range got {
		if i != found {
			t.Fatalf("line %d holds %d", i, found)
		}
	}
	if len(got) != n {
		t.Errorf("%d lines, want %d", len(got), n)
	}
}

func TestAFullDiskLosesNothingAndTearsNoLine(t *testing.T) {
	dir := smalldisk.New(t, "64k")
	name := filepath.Join(dir, "audit.jsonl")
	f := open(t, config.Audit{File: name})
	for i := range 3 {
		tell(f, i)
	}
	other := smalldisk.Fill(t, dir)
	for i := 3; i < 20; i++ {
		tell(f, i)
	}
	if f.Ready() || f.Cause() == nil || f.Counts().Failures == 0 || f.Counts().Pending != int(f.Counts().Failures) {
		t.Fatalf("ready on a full disk: %v %+v", f.Cause(), f.Counts())
	}
	inOrder(t, told(t, name), 20-f.Counts().Pending)
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	for !f.Ready() {
		time.Sleep(10 * time.Millisecond)
	}
	tell(f, 20)
	inOrder(t, told(t, name), 21)
	if f.Counts().Lost != 0 || f.Cause() != nil {
		t.Errorf("%+v %v", f.Counts(), f.Cause())
	}
}

func TestMemoryIsBoundedWhileTheDiskIsFull(t *testing.T) {
	dir := smalldisk.New(t, "64k")
	f := open(t, config.Audit{File: filepath.Join(dir, "audit.jsonl")})
	smalldisk.Fill(t, dir)
	for i := range 5000 {
		tell(f, i)
	}
	if c := f.Counts(); c.Pending != 4096 || c.Lost == 0 || c.Lost+4096 != c.Failures {
		t.Errorf("%+v", c)
	}
	if err := f.Close(); err == nil || !strings.HasPrefix(err.Error(), "4096 lines of the audit file are lost: ") {
		t.Errorf("closed: %v", err)
	}
}

func TestAFullFileIsPutAsideAndCompressed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	f := open(t, config.Audit{File: name, MaxMegabytes: 1, Keep: 2})
	for i := range 1500 {
		tell(f, i)
	}
	var aside []string
	for late := time.Now().Add(10 * time.Second); time.Now().Before(late) && len(aside) == 0; time.Sleep(10 * time.Millisecond) {
		aside, _ = filepath.Glob(filepath.Join(filepath.Dir(name), "audit-*.jsonl.gz"))
		if plain, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "audit-*.jsonl")); len(plain) > 0 {
			aside = nil // not yet ready
		}
	}
	if len(aside) != 1 {
		t.Fatalf("put aside: %q", aside)
	}
	inOrder(t, append(numbers(t, unpacked(t, aside[0])), told(t, name)...), 1500)
}

func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAFileThatIsMovedAwayIsBegunAnew(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	f := open(t, config.Audit{File: name})
	tell(f, 0)
	if err := os.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	n := 1
	for ; ; n++ {
		tell(f, n)
		if _, err := os.Stat(name); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	tell(f, n+1)
	inOrder(t, append(told(t, name+".1"), told(t, name)...), n+2)
}

func TestATornLineStaysAlone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(name, []byte(`{"n":0`), 0o600); err != nil {
		t.Fatal(err)
	}
	tell(open(t, config.Audit{File: name}), 1)
	text, _ := os.ReadFile(name)
	torn, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(torn) != `{"n":0` || numbers(t, rest)[0] != 1 {
		t.Errorf("the file holds %q", text)
	}
}

func TestAFileThatCannotBeOpenedIsNoAuditFile(t *testing.T) {
	for _, name := range []string{t.TempDir(), "/dev/full", filepath.Join(t.TempDir(), "missing", "audit.jsonl")} {
		if _, err := audit.Open(config.Audit{File: name}, nil); err == nil || !strings.HasPrefix(err.Error(), "the audit file: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLinesOfManyAreWhole(t *testing.T) {
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	f := open(t, config.Audit{File: name})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 100 {
				tell(f, i)
			}
		})
	}
	all.Wait()
	if got := told(t, name); len(got) != 800 {
		t.Errorf("%d lines", len(got))
	}
}

func TestGuardedRequestsAreRefusedWhileNothingCanBeWritten(t *testing.T) {
	dir := smalldisk.New(t, "64k")
	f := open(t, config.Audit{File: filepath.Join(dir, "audit.jsonl")})
	route := ""
	served := f.Guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }),
		func(string) string { return "" })
	var last exchange.Exchange
	handler := &exchange.Handler{Began: func() {}, Ended: func(e *exchange.Exchange) { last = *e },
		Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			exchange.Decided("")(r, middleware.Decision{Outcome: middleware.Admitted, Route: route})
			served.ServeHTTP(w, r)
		})}
	asked := func(of string) int {
		route = of
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
		return answer.Code
	}
	if got := asked("r"); got != 204 {
		t.Errorf("at first %d", got)
	}
	other := smalldisk.Fill(t, dir)
	for i := range 20 {
		tell(f, i)
	}
	if got := asked("r"); got != 503 || last.Decision.Outcome != middleware.Refused || last.Code() != "audit_unavailable" {
		t.Errorf("guarded on a full disk: %d %+v", got, last.Decision)
	}
	if got := asked(""); got != 204 {
		t.Errorf("not guarded: %d", got)
	}
	_ = os.Remove(other)
	for asked("r") != 204 {
		time.Sleep(10 * time.Millisecond)
	}
}
