package har_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/har"
)

// full is an entry with everything that the reader looks at, and more.
const full = `{
  "startedDateTime": "2026-03-01T12:00:00.250+01:00", "time": 12,
  "request": {
    "method": "PUT", "url": "https://gateway.example.com/api/v2/acme/conversations/c%2D1?a=1&b=%20",
    "httpVersion": "h2", "cookies": [], "queryString": [{"name": "a", "value": "1"}],
    "headers": [
      {"name": ":authority", "value": "gateway.example.com"}, {"name": "authorization", "value": "Bearer t-1"},
      {"name": "content-type", "value": "application/json"}, {"name": "Content-Length", "value": "999"},
      {"name": "X-Two", "value": "1"}, {"name": "x-two", "value": "2"}, {"name": "Transfer-Encoding", "value": "chunked"}
    ],
    "postData": {"mimeType": "application/json", "text": "{\"a\":\"[}\\\"\"}"}, "headersSize": -1, "bodySize": 12
  },
  "response": {"status": 200, "content": {"text": "]}"}}
}`

func archive(entries ...string) io.Reader {
	return strings.NewReader("\ufeff" + `{"comment": [{}], "log": {"version": "1.2", "pages": [{"id": "]"}], "entries": [` +
		strings.Join(entries, ",\n") + `], "comment": ""}}`)
}

func minimal(method string) string {
	return `{"request": {"method": "` + method + `", "url": "http://a.example/"}}`
}

// read returns one line for each entry and each error, until the end.
func read(t *testing.T, source io.Reader) (lines []string) {
	t.Helper()
	reader := har.NewReader(source)
	for len(lines) < 100 {
		e, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return lines
		case err != nil:
			lines = append(lines, err.Error())
		default:
			lines = append(lines, fmt.Sprintf("%d %s", e.Index, e.Request.Method))
		}
	}
	t.Fatal("no end")
	return nil
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestARequestIsWhatAServerWouldHaveGot(t *testing.T) {
	e, err := har.NewReader(archive(full)).Next()
	if err != nil {
		t.Fatal(err)
	}
	wire := "PUT /api/v2/acme/conversations/c%2D1?a=1&b=%20 HTTP/1.1\r\nHost: gateway.example.com\r\nAuthorization: Bearer t-1\r\n" +
		"Content-Type: application/json\r\nContent-Length: 12\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n{\"a\":\"[}\\\"\"}"
	served, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(t, e.Request), describe(t, served); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if at := time.Date(2026, 3, 1, 11, 0, 0, 250e6, time.UTC); !e.Started.Equal(at) || e.Status != 200 || e.Index != 0 {
		t.Errorf("got %v, status %d, index %d", e.Started, e.Status, e.Index)
	}
	if string(e.Body) != `{"a":"[}\""}` {
		t.Errorf("body %q", e.Body)
	}
}

func describe(t *testing.T, r *http.Request) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s %#v %s %v %d %s", r.Method, r.RequestURI, *r.URL, r.Host, r.Header, r.ContentLength, body)
}

func TestBodies(t *testing.T) {
	for parts, want := range map[string]string{
		``:                             "",
		`, "bodySize": 0`:              "",
		`, "bodySize": -1`:             "",
		`, "bodySize": 5`:              "entry 0: the archive does not hold the body",
		`, "postData": {"text": "{}"}`: "{}",
		`, "postData": {"text": ""}`:   "",
		`, "postData": {"text": "\u00e4\\u00e4"}`:              `ä\u00e4`,
		`, "postData": {"text": "AP8=", "encoding": "base64"}`: "\x00\xff",
		`, "postData": {"text": "AP8", "encoding": "base64"}`:  "entry 0: illegal base64 data at input byte 0",
		`, "postData": {"text": "AP8=", "encoding": "rot13"}`:  "entry 0: the body is in an unknown encoding",
		`, "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "1&2"}, {"name": "c"}]}`: "a+b=1%262&c=",
		`, "postData": {"mimeType": "multipart/form-data; boundary=x", "params": [{"name": "a"}]}`:                                    "entry 0: the archive does not hold the body",
	} {
		e, err := har.NewReader(archive(`{"request": {"method": "POST", "url": "http://a.example"` + parts + `}}`)).Next()
		got := string(e.Body)
		if err != nil {
			got = err.Error()
		} else if e.Request.ContentLength != int64(len(got)) || e.Request.RequestURI != "/" {
			t.Errorf("%s: length %d, target %s", parts, e.Request.ContentLength, e.Request.RequestURI)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", parts, got, want)
		}
	}
}

func TestTheMediaTypeMayStandWithTheBodyAlone(t *testing.T) {
	e, err := har.NewReader(archive(`{"request": {"method": "PUT", "url": "http://a.example/", "headers": [],
		"postData": {"mimeType": "application/json", "text": "{}"}}}`)).Next()
	if err != nil || e.Request.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%v, %v", e.Request, err)
	}
}

func TestBrokenEntriesCostOnlyThemselves(t *testing.T) {
	want(t, read(t, archive(
		minimal("GET"),
		`null`,
		`{"request": {"method": "PUT" "url"}}`,
		`{"request": {"method": "PUT", "url": "/relative"}}`,
		`{"request": {"method": "PUT", "url": "http://a.example/%zz?token=hidden"}}`,
		`{"request": {"method": "P T", "url": "http://a.example/"}}`,
		`{"request": {"method": "", "url": "http://a.example/"}}`,
		`{}`,
		`[[1], "]"]`,
		`"text, with ] and }"`,
		`{"request": {"method": 7}}`,
		minimal("PUT"),
	)),
		"0 GET",
		"entry 1: it has no request",
		`entry 2: invalid character '"' after object key:value pair`,
		"entry 3: its URL is not absolute",
		"entry 4: its URL cannot be read",
		"entry 5: its method cannot be read",
		"entry 6: its request has no method or no URL",
		"entry 7: it has no request",
		"entry 8: json: cannot unmarshal array into Go value of type har.wireEntry",
		"entry 9: json: cannot unmarshal string into Go value of type har.wireEntry",
		"entry 10: json: cannot unmarshal number into Go struct field wireRequest.request.method of type string",
		"11 PUT",
	)
}

func TestDocumentsThatEndOrAreNone(t *testing.T) {
	none := har.ErrNotHAR.Error()
	for text, lines := range map[string][]string{
		"":                            {none},
		"no JSON":                     {none},
		"[]":                          {none},
		"{}":                          {none},
		`{"log": []}`:                 {none},
		`{"log": {"version": "1.2"}}`: {none},
		`{"log": {"entries": {}}}`:    {none},
		`[{"log": {"entries": []}}]`:  {none},
		`{"log": [{"entries": []}]}`:  {none},
		`{"log": {"entries": 1}}`:     {none},
		`{"log": {"entries": []}}`:    nil,
		`{"log": {"pages": [`:         {har.ErrCut.Error()},
		`{"log": {"entries": [`:       {"entry 0: " + har.ErrCut.Error()},
		`{"log": {"entries": [` + minimal("GET") + `,{"request": {"met`: {"0 GET", "entry 1: " + har.ErrCut.Error()},
	} {
		t.Run(text, func(t *testing.T) { want(t, read(t, strings.NewReader(text)), lines...) })
	}
}

func TestAReaderThatFails(t *testing.T) {
	broken := errors.New("disk on fire")
	head := strings.NewReader(`{"log": {"entries": [` + minimal("GET") + `,{`)
	want(t, read(t, io.MultiReader(head, iotest.ErrReader(broken))), "0 GET", "entry 1: disk on fire")
	want(t, read(t, iotest.ErrReader(broken)), "disk on fire")
}

func TestAnyCutOfTheInputReadsTheSame(t *testing.T) {
	want(t, read(t, iotest.OneByteReader(archive(full, "null", minimal("GET")))), "0 PUT", "entry 1: it has no request", "2 GET")
}

// spaces is a source of white space without end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}

func TestAnEntryThatIsTooLongIsPassedOver(t *testing.T) {
	want(t, read(t, io.MultiReader(
		strings.NewReader(`{"log": {"entries": [`+minimal("GET")+`,{`),
		io.LimitReader(spaces{}, har.MaxEntry),
		strings.NewReader(`},`+minimal("PUT")+`]}}`),
	)), "0 GET", "entry 1: longer than 33554432 bytes", "2 PUT")
}
