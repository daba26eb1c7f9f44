package traffic_test

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
)

const (
	get = `{"method": "GET", "path": "/a"}`

	archive = "\ufeff" + `{"log": {"version": "1.2", "entries": [
		{"startedDateTime": "2026-03-02T10:00:00Z", "request": {"method": "PUT", "url": "https://gate.example/forms/1?a", "headers": [
			{"name": "content-type", "value": "application/json"}], "postData": {"mimeType": "application/json", "text": "[]"}}, "response": {"status": 200}},
		{"request": 7},
		{"request": {"method": "GET", "url": "https://gate.example/"}}]}}`

	message = "PUT /forms/1 HTTP/1.1\r\nHost: gate.example\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n[1]\n"
)

func TestTheContentSaysWhatAFileIs(t *testing.T) {
	dir := t.TempDir()
	har := []string{
		"PUT /forms/1?a host=gate.example time=2026-03-02T10:00:00Z header=Content-Type:application/json body=[] status=200",
		"json: cannot", "GET / host=gate.example body=",
	}
	sent := "PUT /forms/1 host=gate.example header=Content-Type:application/json partial= body=[1]\n"
	sent = strings.Replace(sent, " partial=", "", 1)
	for name, test := range map[string]struct {
		content string
		want    []string
	}{
		"lines":                  {get + "\r\n\n  \n" + get, []string{":1 GET /a partial=", ":4 GET /a partial="}},
		"lines behind a mark":    {"\ufeff" + get, []string{":1 GET /a partial="}},
		"lines.http.log":         {get, []string{":1 GET /a partial="}},
		"archive":                {archive, []string{":1 " + har[0], ":2 cannot be read", ":3 " + har[2]}},
		"archive.jsonl":          {archive, []string{":1 " + har[0], ":2 cannot be read", ":3 " + har[2]}},
		"archive that is cut":    {archive[:len(archive)-40], []string{":1 " + har[0], ":2 cannot be read", ":3 the document ends in the middle"}},
		"message":                {message, []string{" " + sent}},
		"request.http":           {"PUT /forms/1\nHost: gate.example\nContent-Type: application/json\n\n[1]\n", []string{" " + sent}},
		"empty":                  {"", nil},
		"empty.http":             {"", []string{" no method, or no path"}},
		"a log that logs to log": {`{"log": {"level": "info"}, "method": "GET", "path": "/a"}`, []string{":1 GET /a partial="}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, content := range []string{test.content, packed(t, test.content)} {
				where := file(t, dir, name, content)
				var want []string
				for _, line := range test.want {
					want = append(want, filepath.ToSlash(where)+line)
				}
				same(t, read(t, []string{where}, nil), want...)
			}
		})
	}
}

func TestFoldersHoldRequests(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "b/one/request.http", message)
	file(t, dir, "b/one/refused.http", "HTTP/1.1 422 Unprocessable Entity\n\n")
	file(t, dir, "b/one/forwarded.http", message)
	file(t, dir, "b/one/policy.json", "{}")
	file(t, dir, "a.http", "GET /a HTTP/1.1\n\n")
	got := read(t, []string{dir}, nil)
	same(t, got, filepath.ToSlash(dir)+"/a.http GET /a body=", filepath.ToSlash(dir)+"/b/one/request.http PUT /forms/1 host=gate.example header=Content-Type:application/json body=[1]\n")
}

func TestWhatIsNotThereIsAnError(t *testing.T) {
	empty := t.TempDir()
	for _, name := range []string{filepath.Join(empty, "missing"), empty} {
		if _, err := traffic.Find([]string{name}, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSeveralSourcesAreReadInOrder(t *testing.T) {
	dir := t.TempDir()
	first, second := file(t, dir, "1", get+"\n"), file(t, dir, "2", packed(t, get))
	got := read(t, []string{second, "-", first}, strings.NewReader(get))
	same(t, got, filepath.ToSlash(second)+":1 GET /a partial=", "<stdin>:1 GET /a partial=", filepath.ToSlash(first)+":1 GET /a partial=")
}

// TestEveryLineIsReadOnce has lines of very different lengths, so that batches end anywhere.
func TestEveryLineIsReadOnce(t *testing.T) {
	var b strings.Builder
	var want []string
	for i := range 900 {
		body := strings.Repeat("x", (i*i*37)%5000)
		if i%301 == 300 {
			body = strings.Repeat("y", 700<<10) // longer than a batch
		}
		fmt.Fprintf(&b, `{"method": "PUT", "path": "/%d", "body": %q}`+"\n", i, body)
		want = append(want, fmt.Sprintf("<stdin>:%d PUT /%d partial= body=%s", i+1, i, body))
	}
	same(t, read(t, []string{"-"}, strings.NewReader(b.String())), want...)
	same(t, read(t, []string{"-"}, iotest.HalfReader(strings.NewReader(packed(t, b.String())))), want...)
	same(t, read(t, []string{"-"}, strings.NewReader(strings.TrimSpace(b.String()))), want...)
}

func TestALineThatIsTooLongIsPassedOver(t *testing.T) {
	long := `{"method": "PUT", "path": "/b", "body": "` + strings.Repeat("x", 9<<20) + `"}`
	const tooLong = "longer than 8388608 bytes"
	same(t, read(t, []string{"-"}, strings.NewReader(get+"\n"+long+"\n"+get)), "<stdin>:1 GET /a partial=", "<stdin>:2 "+tooLong, "<stdin>:3 GET /a partial=")
	same(t, read(t, []string{"-"}, strings.NewReader(long)), "<stdin>:1 "+tooLong)
	name := file(t, t.TempDir(), "long.http", "PUT / HTTP/1.1\n\n"+long)
	same(t, read(t, []string{name}, nil), filepath.ToSlash(name)+" "+tooLong)
}

func TestAFileThatIsDamagedIsReadUpToThere(t *testing.T) {
	const damaged = "the packed file is damaged; the rest of it was not read"
	whole := packed(t, get+"\n"+get+"\n")
	same(t, read(t, []string{"-"}, strings.NewReader(whole[:len(whole)-4])), "<stdin>:1 GET /a partial=", "<stdin>:2 GET /a partial=", "<stdin>:3 "+damaged)
	same(t, read(t, []string{"-"}, strings.NewReader(whole[:5])), "<stdin> "+damaged)
	broken := io.MultiReader(strings.NewReader(get+"\n"), iotest.ErrReader(errors.New("disk on fire")))
	same(t, read(t, []string{"-"}, broken), "<stdin>:1 GET /a partial=", "<stdin>:2 the file cannot be read to its end")
}

func TestSize(t *testing.T) {
	dir := t.TempDir()
	sources, err := traffic.Find([]string{file(t, dir, "a", "12345"), file(t, dir, "b", "123")}, nil)
	must(t, err)
	stdin, err := traffic.Find([]string{"-"}, nil)
	must(t, err)
	if got := traffic.Size(sources); got != 8 {
		t.Errorf("%d bytes", got)
	}
	if got := traffic.Size(append(sources, stdin...)); got != 0 {
		t.Errorf("%d bytes", got)
	}
}
