package traffic_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
)

func TestLinesOfManyPrograms(t *testing.T) {
	for name, test := range map[string]struct{ line, want string }{
		"plain": {`{"method": "PUT", "path": "/forms/1?a=1", "headers": {"Content-Type": "application/json", "X": ["1", "2"]}, "body": [{"key": "a"}]}`,
			`PUT /forms/1?a=1 header=Content-Type:application/json,X:1|2 body=[{"key": "a"}]`},
		"body as a text":            {`{"method": "PUT", "uri": "/", "headers": [], "body": "{\"a\":\"\u00e4\"}"}`, `PUT / body={"a":"ä"}`},
		"body in Base64":            {`{"method": "PUT", "uri": "/", "headers": [], "body_base64": "AP8="}`, "PUT / body=\x00\xff"},
		"body said to be in Base64": {`{"method": "PUT", "uri": "/", "headers": [], "bodyEncoding": "base64", "body": "e30="}`, `PUT / body={}`},
		"bodies that are none":      {`{"method": "PUT", "uri": "/", "headers": [], "body": "-", "request_body": null}`, `PUT /`},
		"an empty body":             {`{"method": "PUT", "uri": "/", "headers": [], "body": ""}`, `PUT / body=`},
		"the query apart":           {`{"method": "GET", "path": "/a", "query": "b=1", "headers": []}`, `GET /a?b=1`},
		"a URL":                     {`{"method": "GET", "url": "https://a.example/b%2Fc?d#e", "headers": []}`, `GET /b%2Fc?d`},
		"a URL without a path":      {`{"method": "GET", "url": "HTTP://a.example", "headers": []}`, `GET /`},
		"header as pairs and lines": {`{"method": "GET", "path": "/", "headers": [["a", "1"], {"name": "b", "value": "2"}, "c: 3", ["odd"], 7]}`, `GET / header=A:1,B:2,C:3`},
		"header of HTTP/2":          {`{"method": "GET", "path": "/", "headers": {":path": "/x", "host": "h.example", "content-length": "9"}}`, `GET / host=h.example`},
		"Traefik": {`{"ClientAddr":"192.0.2.7:4711","ClientHost":"192.0.2.7","ClientUsername":"-","DownstreamStatus":422,"OriginStatus":200,"RequestHost":"gate.example",
			"RequestMethod":"PUT","RequestPath":"/forms/1","StartUTC":"2026-03-02T10:00:00.5Z","request_Authorization":"REDACTED","request_Content-Type":"application/json","time":"2026-03-02T11:00:00Z"}`,
			`PUT /forms/1 host=gate.example time=2026-03-02T10:00:00.5Z header=Authorization:REDACTED,Content-Type:application/json partial= status=422 client=192.0.2.7`},
		"nginx": {`{"time_iso8601":"2026-03-02T11:00:00+01:00","remote_addr":"192.0.2.7","request":"PUT /forms/1?a HTTP/1.1","status":"200","request_body":"[]","http_user_agent":"x","http_authorization":"Bearer t","http_referer":"-"}`,
			`PUT /forms/1?a time=2026-03-02T10:00:00Z header=Authorization:Bearer t,User-Agent:x partial= body=[] status=200 client=192.0.2.7`},
		"Caddy": {`{"level":"info","ts":1772445600.25,"msg":"handled request","request":{"remote_ip":"192.0.2.7","method":"PUT","host":"gate.example","uri":"/forms/1","headers":{"Authorization":["REDACTED"]}},"status":401,"resp_headers":{"Server":["Caddy"]}}`,
			`PUT /forms/1 host=gate.example time=2026-03-02T10:00:00.25Z header=Authorization:REDACTED status=401 client=192.0.2.7`},
		"pino-http": {`{"time":1772445600250,"req":{"method":"PUT","url":"/forms/1","headers":{"a":"1"}},"res":{"statusCode":200,"headers":{"b":"2"},"body":"no"},"msg":"request completed"}`,
			`PUT /forms/1 time=2026-03-02T10:00:00.25Z header=A:1 status=200`},
		"Elastic Common Schema, flat": {`{"@timestamp":"2026-03-02T10:00:00Z","http.request.method":"PUT","url.path":"/forms/1","url.query":"a=1","http.request.body.content":"[]","http.response.status_code":200,"user.name":"ada","source.ip":"192.0.2.7"}`,
			`PUT /forms/1?a=1 time=2026-03-02T10:00:00Z partial= body=[] status=200 subject=ada client=192.0.2.7`},
		"Elastic Common Schema, nested": {`{"http":{"request":{"method":"PUT"},"response":{"status_code":200}},"url":{"path":"/forms/1","query":"a=1"}}`, `PUT /forms/1?a=1 partial= status=200`},
		"with our own decision":         {`{"time":"2026-03-02T10:00:00Z","msg":"decision","method":"PUT","path":"/forms/1","outcome":"refused","status":422,"code":"invalid_attributes","subject":"ada","clientID":"desk","violations":[{"rule":"type"}]}`, `PUT /forms/1 time=2026-03-02T10:00:00Z partial= status=422 outcome=refused code=invalid_attributes subject=ada client=desk`},
		"a status by another name":      {`{"method":"GET","path":"/a","code":204,"outcome":"success"}`, `GET /a partial= status=204 outcome=success`},
		"with claims":                   {`{"method":"PUT","path":"/","claims":{"sub":"ada"}}`, `PUT / partial= claims={"sub":"ada"}`},
		"in Docker's wrapping":          {`{"log":"{\"method\":\"GET\",\"path\":\"/a\"}\n","stream":"stdout","time":"2026-03-02T10:00:00Z"}`, `GET /a partial=`},
		"behind another program's time": {`2026-03-02T10:00:00Z stdout F {"method":"GET","path":"/a"}`, `GET /a partial=`},
		"common log's time":             {`{"method":"GET","path":"/a","time_local":"02/Mar/2026:11:00:00 +0100"}`, `GET /a time=2026-03-02T10:00:00Z partial=`},
		"microseconds":                  {`{"method":"GET","path":"/a","ts":1772445600250000}`, `GET /a time=2026-03-02T10:00:00.25Z partial=`},
		"the first of several":          {`{"method":"GET","verb":"PUT","path":"/a","path":"/b"}`, `GET /a partial=`},
		"escaped names":                 {`{"\u006dethod":"PUT","method":"GET","path":"/","headers":{"\u0058":"1"}}`, `GET / header=X:1`},

		"no method":        {`{"path":"/a"}`, `no method, or no path`},
		"a decision alone": {`{"time":"2026-03-02T10:00:00Z","msg":"decision","outcome":"passed","status":200}`, `no method, or no path`},
		"no JSON":          {`192.0.2.7 - - [02/Mar/2026:11:00:00 +0100] "GET / HTTP/1.1" 200 5`, `not a JSON object`},
		"half a line":      {`{"method":"GET","path":"/a`, `not a JSON object`},
		"more than a line": {`{"method":"GET","path":"/a"} {}`, `not a JSON object`},
		"bad Base64":       {`{"method":"GET","path":"/a","body_base64":"%"}`, `the body cannot be decoded`},
		"wrapped for ever": {`{"log":"{\"log\":\"{\\\"log\\\":\\\"{}\\\"}\"}"}`, `no method, or no path`},
	} {
		t.Run(name, func(t *testing.T) {
			line := strings.ReplaceAll(test.line, "\n", "")
			got := read(t, []string{"-"}, strings.NewReader(line))
			if len(got) != 1 || got[0] != "<stdin>:1 "+test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestNoTwoThingsHaveOneName(t *testing.T) {
	seen := map[string]string{}
	for _, s := range traffic.Spellings() {
		for _, name := range s.Names {
			plain := strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
			if other, there := seen[plain]; there {
				t.Errorf("%q is %q and %q", name, s.About, other)
			}
			seen[plain] = s.About
		}
	}
}

func TestATargetThatCannotBeRead(t *testing.T) {
	r := traffic.Record{Method: "GET", Target: "/%zz?secret"}
	if _, err := r.Request(); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// FuzzParse holds that any line is either a record or an error, and that the body of a record
// is the text of its member, byte for byte.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		`{"method": "PUT", "path": "/", "body": {"a": [1, "]}\\\"", {"b": null}]}, "x": -1.5e3, "y": true}`,
		`x {"method":"PUT","path":"/","headers":{"a":["\\"]},"body":"\"\\\\"}`, `{}`, `{"log":"{"}`, `{"a":[],"b":{}}`,
	} {
		f.Add([]byte(line))
	}
	lines := traffic.NewLines()
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := lines.Parse(line)
		if err != nil || r.NoBody {
			return
		}
		var wanted struct {
			Body json.RawMessage `json:"body"`
		}
		start := bytes.IndexByte(line, '{')
		if json.Unmarshal(line[start:], &wanted) != nil || len(wanted.Body) == 0 || wanted.Body[0] == '"' || bytes.Count(bytes.ToLower(line), []byte("body")) != 1 {
			return // another spelling, or more than one
		}
		if !bytes.Equal(r.Body, wanted.Body) {
			t.Errorf("%q instead of %q", r.Body, wanted.Body)
		}
	})
}
