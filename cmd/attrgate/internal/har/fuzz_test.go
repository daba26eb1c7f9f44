package har_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/har"
)

// Whatever the archive holds, it comes to an end: each entry is read or named as broken once,
// in order, and a request has the body that it says it has.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`{"log": {"entries": [` + full + `, null, ` + minimal("GET") + `]}}`,
		`{"log": {"pages": [{}], "entries": [{"request": {"method": "PUT", "url": "http://a/", "postData": {"text": "e30=", "encoding": "base64"}}}]}}`,
		`{"log": {"entries": [1, "a\"]", [[}], {`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		reader, next := har.NewReader(bytes.NewReader(archive)), 0
		for calls := 0; calls <= len(archive)+1; calls++ {
			e, err := reader.Next()
			broken := (*har.EntryError)(nil)
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.As(err, &broken):
				e.Index = broken.Index
			case err != nil:
				continue
			default:
				checkBody(t, e)
			}
			if e.Index != next {
				t.Fatalf("entry %d came after %d others", e.Index, next)
			}
			next++
		}
		t.Fatal("no end")
	})
}

func checkBody(t *testing.T, e har.Entry) {
	t.Helper()
	body, err := io.ReadAll(e.Request.Body)
	if err != nil || !bytes.Equal(body, e.Body) || e.Request.ContentLength != int64(len(body)) {
		t.Fatalf("body %q, %v; it says %q and %d", body, err, e.Body, e.Request.ContentLength)
	}
}
