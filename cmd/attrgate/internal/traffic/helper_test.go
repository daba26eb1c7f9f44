package traffic_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read returns a line for each record and each fault in the sources.
func read(t testing.TB, names []string, stdin io.Reader) []string {
	t.Helper()
	sources, err := traffic.Find(names, stdin)
	must(t, err)
	var found []string
	var reader traffic.Reader
	lines := traffic.NewLines()
	last := int64(-1)
	inOrder := func(order int64) {
		if order <= last {
			t.Errorf("%d comes after %d", order, last)
		}
		last = order
	}
	must(t, reader.Read(context.Background(), sources, func(b *traffic.Batch) {
		b.Each(lines, func(r *traffic.Record) {
			inOrder(r.Order)
			found = append(found, r.Place.String()+" "+describe(r))
		}, func(f traffic.Fault) {
			inOrder(f.Order)
			found = append(found, f.Place.String()+" "+f.Reason)
		})
		reader.Release(b)
	}))
	return found
}

func describe(r *traffic.Record) string {
	parts := []string{r.Method, r.Target}
	note := func(name string, value any, there bool) {
		if there {
			parts = append(parts, fmt.Sprintf("%s=%v", name, value))
		}
	}
	var header []string
	for name, values := range r.Header {
		header = append(header, name+":"+strings.Join(values, "|"))
	}
	sort.Strings(header)
	note("host", r.Host, r.Host != "")
	note("time", r.Time.UTC().Format(time.RFC3339Nano), !r.Time.IsZero())
	note("header", strings.Join(header, ","), header != nil)
	note("partial", "", r.Partial)
	note("body", string(r.Body), !r.NoBody)
	note("status", r.Logged.Status, r.Logged.Status != 0)
	note("outcome", r.Logged.Outcome, r.Logged.Outcome != "")
	note("code", r.Logged.Code, r.Logged.Code != "")
	note("subject", r.Subject, r.Subject != "")
	note("client", r.Client, r.Client != "")
	note("claims", string(r.Claims), r.Claims != nil)
	return strings.Join(parts, " ")
}

// file writes a file and returns its name.
func file(t testing.TB, dir, name, content string) string {
	t.Helper()
	name = filepath.Join(dir, name)
	must(t, os.MkdirAll(filepath.Dir(name), 0o700))
	must(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func packed(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, content)
	must(t, err)
	must(t, w.Close())
	return b.String()
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
