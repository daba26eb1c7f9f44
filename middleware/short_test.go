package middleware_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// twin is one policy behind two gates: one takes the short way where it has one, which is
// in the interpreter and its tests, and the other never does, since it tells of decisions.
type twin struct {
	short, whole http.Handler
	seen         sight // the request that was forwarded last
}

// sight is all of a request that a backend may see.
type sight struct {
	start, body      string
	header, trailer  http.Header
	length           int64
	transferEncoding []string
}

// outcome is what came of a request: the answer, and what the backend saw.
type outcome struct {
	status int
	header http.Header
	body   string
	seen   sight
}

func newTwin(t testing.TB, p policy.Policy) *twin {
	t.Helper()
	nobody := func(*http.Request, middleware.Decision) {}
	short, err := middleware.New(p, middleware.Options{OnRefusal: nobody})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := middleware.New(p, middleware.Options{OnDecision: nobody})
	if err != nil {
		t.Fatal(err)
	}
	tw := &twin{}
	backend := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { tw.seen = sightOf(r) })
	tw.short = short.Wrap(backend)
	tw.whole = whole.Wrap(backend)
	return tw
}

func sightOf(r *http.Request) sight {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	return sight{
		start: r.Method + " " + r.URL.String() + " " + r.Host, body: string(body), header: r.Header, trailer: r.Trailer,
		length: r.ContentLength, transferEncoding: r.TransferEncoding,
	}
}

var timestamp = regexp.MustCompile(`"timestamp":"[^"]*"`)

// compare sends a request to both and holds what comes of it against each other.
func (tw *twin) compare(t *testing.T, build func() *http.Request) {
	t.Helper()
	short := tw.send(tw.short, build())
	whole := tw.send(tw.whole, build())
	if !reflect.DeepEqual(short, whole) {
		t.Fatalf("the short way:\n%+v\nthe way:\n%+v", short, whole)
	}
}

func (tw *twin) send(handler http.Handler, r *http.Request) outcome {
	tw.seen = sight{}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	body := answer.Body.String()
	if strings.Contains(body, "timestamp") {
		body = timestamp.ReplaceAllString(body, "")
	}
	return outcome{status: answer.Code, header: answer.Header(), body: body, seen: tw.seen}
}

// TestShortWayIsTheWay sends every case, and hundreds of requests that differ from it a
// little, to both gates: first the case itself, from which the short way learns.
func TestShortWayIsTheWay(t *testing.T) {
	cases, err := policytest.Load("../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		p, err := policy.Parse(c.Policy)
		if err != nil || len(c.Request.Values("Dpop")) > 0 || strings.HasPrefix(c.Request.Start(), "CONNECT") {
			continue // a proof is good once
		}
		t.Run(c.Name, func(t *testing.T) {
			tw := newTwin(t, p)
			random := rand.New(rand.NewSource(1))
			for i := 0; i < 30; i++ {
				variant := c.Request
				if i > 2 {
					variant.Body = mutated(random, c.Request.Body)
				}
				tw.compare(t, func() *http.Request { return asServed(t, variant) })
			}
			for _, odd := range oddities() {
				tw.compare(t, func() *http.Request {
					r := asServed(t, c.Request)
					odd(r)
					return r
				})
			}
		})
	}
}

// objectRoutes are routes for objects, with keys that become other names.
func objectRoutes() []policy.Route {
	aliases := policy.Keys{Aliases: []policy.Alias{{From: "customer_info", To: "Info"}, {From: "model_name", To: "Model"}}}
	routes := []policy.Route{
		{}, {AllowEmpty: true, AllowNull: true}, {Attributes: []policy.Attribute{{Name: "Model", Type: "String5"}, {Name: "b", Type: "Number"}}},
		{Keys: aliases}, {Keys: policy.Keys{Style: "lower", OnCollision: "last"}}, {Keys: policy.Keys{Style: "snake", OnCollision: "first"}},
		{Unknown: "drop"}, {Limits: policy.Limits{Attributes: 3, ValueLength: 9, NameLength: 6}},
	}
	for _, path := range []string{"customer_info.b", "a.b.c"} {
		routes = append(routes, policy.Route{Body: policy.Body{Path: path}, Keys: aliases})
	}
	for i := range routes {
		routes[i].API = policy.SalesIQCustomInfo
	}
	flat := policy.Route{Match: "PUT /api/v2/zylkerinc/conversations/{id}", Scopes: []string{"SalesIQ.conversations.UPDATE"}, Name: "flat", Keys: aliases}
	flat.Body.Shape = "object"
	flat.Limits.Attributes = 3
	return append(routes, flat)
}

// objectBodies look as if nothing were lost when they are read by a decoder, or as if a key
// or a value were another one.
func objectBodies() []string {
	var bodies []string
	for _, inner := range []string{
		`"Model":"x"`, `"model_name":"x"`, `"%visitor.custominfo.Model%":"x"`, `"Model":"x","b":"1"`, `"Model":"","b":"1"`, `"b":"","Model":"x","c":"null"`,
		`"Model":null,"b":null,"b":"1"`, `"b":"","c":null,"c":null,"c":"x"`, `"Model":null`, `"b":"","c":null`, `"b":"1","b":"1"`, ``,
		`"model_name":"x","Model":"y"`, `"model_name":"x","%visitor.custominfo.Model%":"y"`, `"model_name":"x","Model":""`, `"MODEL":"x","model":"y"`, `"Model":"x","MODEL":""`,
		`"model_name":"model_name"`, `"b":"model_name","model_name":"x"`, `"model_name" :"x"`, `"model_name":"x" , "b" : "1"`, "\n\t\"model_name\":\r\n \"x\"",
		`"customer_info":"x"`, `"customer_info":"customer_info","b":"1"`, `"Info":"x","customer_info":"y"`, `"b":"1","%visitor.custominfo.c%":"x","d":"y","%visitor.custominfo.d%":"z"`,
		`" model_name":"x"`, `":":"x"`, `",":"x","b":"1"`, `"Name":"x"`, `"e mail":"x"`, `"c":"x","d":"y"`, `"b":"1","c":"x","d":"y","Model":"z"`,
		`"%visitor.custominfo.q%":"x"`, `"q":"x"`, `"%visitor.custominfo.q%":"x","q":"y"`, `"model\u005fname":"x"`, `"b":"\"","b":"1","c":null`, "\"Model\":\"\x7f\"",
		`"z":"longer than it may be"`, `"b":{"c":"x"}`, `"b":["x"]`, `"b":true`, `"b":1`, `"Model":"longer than it may be"`, "\"b\":\"\x7f\"", "\"b\":\"\xff\"", "\"\xff\":\"b\"",
	} {
		for _, outer := range []string{
			`{"customer_info":{%s}}`, "\n{ \"customer_info\" : { %s } }\n", `{"customer_info":{%s},"customer_info":{"c":"x"}}`, `{"customer_info":null,"customer_info":{%s}}`, `{"customer_info":{%s},"b":"x"}`,
			`{%s}`, `{%s}}`, `[{%s}]`, `{"customer_info":{"b":{%s}}}`, `{"customer_info":{"b":{%s},"c":"x"}}`, `{"a":{"b":{"c":{%s}}}}`, `{"a":{"b":{"c":{%s}},"b":null}}`, `{"customer_info":[{%s}]}`,
		} {
			bodies = append(bodies, strings.Replace(outer, "%s", inner, 1))
		}
	}
	return bodies
}

// TestShortWayOfObjects sends such bodies twice to each route.
func TestShortWayOfObjects(t *testing.T) {
	bodies := objectBodies()
	for i, route := range objectRoutes() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			tw := newTwin(t, policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{route}})
			for _, body := range append(bodies, bodies...) {
				tw.compare(t, func() *http.Request { return usual(body) })
			}
		})
	}
}

// asServed makes a request as a server hands it over: with the length of its body in the header.
func asServed(t testing.TB, m policytest.Message) *http.Request {
	t.Helper()
	method, target, _ := strings.Cut(strings.TrimSuffix(m.Start(), " HTTP/1.1"), " ")
	r, err := http.NewRequest(method, "http://gateway"+target, strings.NewReader(string(m.Body)))
	if err != nil {
		t.Skip("no request for this kind of server: ", err)
	}
	for _, name := range m.Names() {
		r.Header[http.CanonicalHeaderKey(name)] = m.Values(name)
	}
	if len(m.Body) > 0 {
		r.Header["Content-Length"] = []string{fmt.Sprint(len(m.Body))}
	}
	return r
}

// mutated changes a body in one or two places.
func mutated(random *rand.Rand, body []byte) []byte {
	pieces := []string{
		`"`, `\`, `,`, `:`, `{`, `}`, ` `, "\n", "\x00", "\x7f", "\xff", "é", `""`, `":"`, `","`, `": "`, `", "`, `}}`, `"}}`, `"a":"b",`,
		`,"a":"b"`, `, "Model": "x"`, `"Model":"x",`, `\u0061`, `1`, `null`, `[`, `]`, `%`, ` Model`, strings.Repeat("x", 51), strings.Repeat("é", 1001),
		`"key":"name",`, `,"type":"String50"`, `,"value":"x"`, `,{"key":"a","type":"Number","value":"1"}`, `String2`, `true`, `{"a":"b"}`, `{}`, `[]`,
	}
	out := append([]byte(nil), body...)
	for n := 1 + random.Intn(2); n > 0; n-- {
		from := random.Intn(len(out) + 1)
		to := from
		if random.Intn(2) == 0 && from < len(out) {
			to = from + 1 + random.Intn(len(out)-from)%4
		}
		piece := pieces[random.Intn(len(pieces))]
		if random.Intn(4) == 0 {
			piece = ""
		}
		out = append(append(append([]byte(nil), out[:from]...), piece...), out[to:]...)
	}
	return out
}

// oddities make a usual request an unusual one.
func oddities() []func(*http.Request) {
	return []func(*http.Request){
		func(r *http.Request) { r.Header["X-Http-Method-Override"] = []string{"GET"} },
		func(r *http.Request) { r.Header["X-Http-Method"] = []string{"GET"} },
		func(r *http.Request) { r.Header["X-Method-Override"] = []string{"GET"} },
		func(r *http.Request) { r.Header["Content-Encoding"] = []string{"gzip"} },
		func(r *http.Request) { r.Header["Digest"] = []string{"sha-256=x"} },
		func(r *http.Request) { r.Header["Upgrade"] = []string{"h2c"} },
		func(r *http.Request) { r.Header["Upgrade"], r.URL.Path = []string{"h2c"}, "/elsewhere" },
		func(r *http.Request) { r.Header["Content-Type"] = []string{"text/plain"} },
		func(r *http.Request) { r.Header["Content-Type"] = []string{"application/json;charset=UTF-8"} },
		func(r *http.Request) { r.Header["Content-Type"] = append(r.Header["Content-Type"], "text/plain") },
		func(r *http.Request) { r.Header["Authorization"] = append(r.Header["Authorization"], "Bearer x") },
		func(r *http.Request) { delete(r.Header, "Authorization") },
		func(r *http.Request) {
			for i, value := range r.Header["Authorization"] {
				r.Header["Authorization"] = append([]string(nil), r.Header["Authorization"]...)
				r.Header["Authorization"][i] = strings.Replace(value, "Bearer", "bearer", 1) + "A"
			}
		},
		func(r *http.Request) { r.URL.RawQuery = "access_token=x" },
		func(r *http.Request) { r.URL.RawQuery = "a=b" },
		func(r *http.Request) { r.Method = "POST" },
		func(r *http.Request) { r.Method = "put" },
		func(r *http.Request) { r.URL.Path += "/" },
		func(r *http.Request) { r.URL.Path += "%41" },
		func(r *http.Request) { r.URL.Path += ".x~" },
		func(r *http.Request) { r.URL.Path += "é" },
		func(r *http.Request) { r.URL.Path = strings.ToUpper(r.URL.Path) },
		func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/", "//", 1) },
		func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/", "/./", 1) },
		func(r *http.Request) { r.URL.Path = "/elsewhere" + r.URL.Path },
		func(r *http.Request) { r.URL.Path = "" },
		func(r *http.Request) { r.URL.Path = strings.TrimPrefix(r.URL.Path, "/") },
		func(r *http.Request) { r.URL.RawPath = strings.Replace(r.URL.Path, "a", "%61", 1) },
		func(r *http.Request) { r.URL.Opaque = "/else/where" },
		func(r *http.Request) { r.ContentLength = -1; r.TransferEncoding = []string{"chunked"} },
		func(r *http.Request) { r.Trailer = http.Header{"X-Trailer": {"x"}} },
		func(r *http.Request) { r.Body = nil },
		func(r *http.Request) {
			r.Body = io.NopCloser(io.MultiReader(r.Body, iotest.ErrReader(errors.New("reset"))))
		},
		func(r *http.Request) { r.ContentLength++; r.Body = ended(r.Body) },
		func(r *http.Request) { r.ContentLength = 1 << 10; r.Body = ended(r.Body) },
		func(r *http.Request) { r.ContentLength = -1; r.Body = ended(r.Body) },
		func(r *http.Request) { r.ContentLength--; r.Body = io.NopCloser(r.Body) },
		func(r *http.Request) { r.ContentLength = 0 },
		func(r *http.Request) { r.ContentLength = -1; r.Body = io.NopCloser(iotest.OneByteReader(r.Body)) },
		func(r *http.Request) { r.Body = io.NopCloser(iotest.OneByteReader(r.Body)) },
		func(r *http.Request) { r.Body = io.NopCloser(iotest.DataErrReader(r.Body)) },
		func(r *http.Request) { r.Body = io.NopCloser(io.MultiReader(r.Body, strings.NewReader(" "))) },
		func(r *http.Request) { r.Body = io.NopCloser(io.MultiReader(r.Body, strings.NewReader("x"))) },
	}
}

// ended is a body that ends before its length, or before its last chunk, as net/http has it.
func ended(body io.Reader) io.ReadCloser {
	return io.NopCloser(io.MultiReader(body, iotest.ErrReader(io.ErrUnexpectedEOF)))
}

// TestShortWayReadsToTheEnd sends bodies through a server, which goes on with a connection
// only where it saw the end of the body before: with and without a length.
func TestShortWayReadsToTheEnd(t *testing.T) {
	tw := newTwin(t, policy.Policy{StaticTokens: exampleTokens(), Routes: []policy.Route{{API: policy.SalesIQCustomInfo}}})
	server := httptest.NewServer(tw.short)
	defer server.Close()
	const body = `{"customer_info":{"Model":"x"}}`
	for i := 0; i < 6; i++ {
		sent := usual(body)
		var reader io.Reader = strings.NewReader(body)
		if i%2 == 1 {
			reader = io.MultiReader(reader) // of unknown length
		}
		r, err := http.NewRequest(sent.Method, server.URL+sent.URL.Path, reader)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = sent.Header
		reused := false
		trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
		answer, err := server.Client().Do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || tw.seen.length != 31 || tw.seen.body != body || reused != (i > 0) {
			t.Errorf("request %d: answered %d, connection reused: %v; forwarded %+v", i, answer.StatusCode, reused, tw.seen)
		}
	}
}

func usual(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(body))
	r.Header["Content-Type"] = []string{"application/json"}
	r.Header["Authorization"] = []string{"Bearer token"}
	return r
}
