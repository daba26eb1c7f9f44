package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

// listPolicy guards the built-in route for lists; what its route has beside that is open.
const listPolicy = `{"staticTokens": [{"subject": "s", "scopes": ["channel-session:update"],
	"sha256": "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"}], "routes": [{"api": "expertflow-channel-session"`

// TestShortWayOfListsInterpreted sends the plugin lists whose parts are not what the short
// way takes them for, when it knows the caller and the keys. It holds the answers against
// those of a gate that has no short way, since it looks for card numbers: what is another
// type or nothing must not be a panic or a pass in the interpreter.
func TestShortWayOfListsInterpreted(t *testing.T) {
	short := benchHandler(t, []byte(listPolicy+"}]}"))
	whole := benchHandler(t, []byte(listPolicy+`, "sensitive": ["PAN"]}]}`))
	known := `[{"key":"a","type":"String5","value":"x"},{"key":"b","type":"WebChannelData","value":{"c":{"d":"x"}}},{"key":"c","type":"Number","value":"1"}]`
	for i := 0; i < 2; i++ {
		sendList(t, short, known)
	}
	for _, body := range []string{
		known, strings.ReplaceAll(known, ",", " ,\n"), strings.ReplaceAll(known, `"x"`, `"xxxxxx"`), strings.ReplaceAll(known, `"x"`, `{}`),
		strings.ReplaceAll(known, `"1"`, `"1x"`), strings.ReplaceAll(known, `"1"`, `1`), strings.ReplaceAll(known, `"a"`, `"b"`), known + "]",
		strings.ReplaceAll(known, `{"d":"x"}`, `{"d":"x","d":"x"}`), strings.ReplaceAll(known, `"x"`, strings.Repeat(`{"d":`, 14)+`"x"`+strings.Repeat(`}`, 14)),
		`[]`, `{}`, `null`, `"a"`, `1`, ``, `[null]`, `[[]]`, `[1]`, `["a"]`, `[{}]`, `[{"key":"a"}]`, `[{"key":"a","type":"String5"}]`,
		`[{"key":1,"type":"String5","value":"x"}]`, `[{"key":"a","type":null,"value":"x"}]`, `[{"key":"a","type":"String5","value":null}]`,
		`[{"key":"a","type":"String5","value":[]}]`, `[{"key":"a","type":"String5","value":{"b":[{"c":null}]}}]`, `[{"key":"a","type":"String5","value":{"b":true}}]`,
		`[{"key":"a","type":"String5","value":"x","value":"y"}]`, `[{"key":"a","type":"String5","value":"x"},{"key":"a","type":"String5","value":"x"}]`,
		`[{"key":"a","type":"String5","value":"x","more":"y"}]`, `[{"Key":"a","type":"String5","value":"x"}]`, `[{"key":"a","type":"String5","value":"\u0078"}]`,
	} {
		got, want := sendList(t, short, body), sendList(t, whole, body)
		if got != want {
			t.Errorf("%s: answered %d, the whole way %d", body, got, want)
		}
	}
}

func sendList(t *testing.T, handler http.Handler, body string) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodPut, "/forms/1", strings.NewReader(body))
	r.Header["Authorization"] = []string{"Bearer token"}
	r.Header["Content-Type"] = []string{"application/json"}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Code
}

// TestShortWayOfOddRequestsInterpreted sends the plugin requests that differ from one that it
// knows in what the short way asks of them: that it asks in the interpreter, too, is for a
// test to show, since a condition that does not hold there would be silent.
func TestShortWayOfOddRequestsInterpreted(t *testing.T) {
	const policy = `{"staticTokens": [{"subject": "s", "scopes": ["SalesIQ.conversations.UPDATE"],
		"sha256": "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"}],
		"routes": [{"api": "salesiq-custom-info", "limits": {"bodyBytes": 200}, "attributes": [{"name": "Model", "type": "String5"}]%s}]}`
	short := benchHandler(t, []byte(strings.Replace(policy, "%s", "", 1)))
	whole := benchHandler(t, []byte(strings.Replace(policy, "%s", `, "sensitive": ["PAN"]`, 1)))
	const good = `{"customer_info":{"Model":"x","b":"y"}}`
	for i := 0; i < 2; i++ {
		serve(t, short, sized(good), http.StatusNoContent)
		serve(t, short, sized(strings.Replace(good, "Model", "%visitor.custominfo.Model%", 1)), http.StatusNoContent)
	}
	for name, odd := range map[string]func(*http.Request){
		"nothing":         func(*http.Request) {},
		"query":           func(r *http.Request) { r.URL.RawQuery = "access_token=x" },
		"escaped path":    func(r *http.Request) { r.URL.RawPath = strings.Replace(r.URL.Path, "c", "%63", 1) },
		"opaque":          func(r *http.Request) { r.URL.Opaque = "/else/where" },
		"method":          func(r *http.Request) { r.Method = "put" },
		"override":        func(r *http.Request) { r.Header["X-Http-Method-Override"] = []string{"GET"} },
		"another":         func(r *http.Request) { r.Header["X-Http-Method"] = []string{"GET"} },
		"a third":         func(r *http.Request) { r.Header["X-Method-Override"] = []string{"GET"} },
		"no token":        func(r *http.Request) { delete(r.Header, "Authorization") },
		"another token":   func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer tokem"} },
		"two tokens":      func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer token", "Bearer token"} },
		"no type":         func(r *http.Request) { delete(r.Header, "Content-Type") },
		"another type":    func(r *http.Request) { r.Header["Content-Type"] = []string{"text/plain"} },
		"two types":       func(r *http.Request) { r.Header["Content-Type"] = []string{"application/json", "text/plain"} },
		"charset":         func(r *http.Request) { r.Header["Content-Type"] = []string{"application/json; charset=latin1"} },
		"coding":          func(r *http.Request) { r.Header["Content-Encoding"] = []string{"gzip"} },
		"no body":         func(r *http.Request) { r.Body = nil },
		"no length":       func(r *http.Request) { r.ContentLength = -1 },
		"nothing read":    func(r *http.Request) { r.ContentLength = 0 },
		"longer":          func(r *http.Request) { r.ContentLength-- },
		"shorter":         func(r *http.Request) { r.ContentLength++; r.Body = ended(r.Body) },
		"without its end": func(r *http.Request) { r.ContentLength = -1; r.Body = ended(r.Body) },
		"long, no length": func(r *http.Request) { withText(good + strings.Repeat(" ", 200))(r); r.ContentLength = -1 },
		"long body":       withText(good + strings.Repeat(" ", 200)),
		"just too long":   withText(good + strings.Repeat(" ", 201-len(good))),
		"long enough":     withText(good + strings.Repeat(" ", 200-len(good))),
		"long value":      withText(strings.Replace(good, `"x"`, `"xxxxxx"`, 1)),
		"empty value":     withText(strings.Replace(good, `"x"`, `""`, 1)),
		"null":            withText(strings.Replace(good, `"x"`, `null`, 1)),
		"lost by null":    withText(`{"customer_info":{"b":null,"c":null,"c":"y"}}`),
		"name twice":      withText(`{"customer_info":{"b":"x","b":"y"}}`),
		"names the same":  withText(`{"customer_info":{"Model":"x","%visitor.custominfo.Model%":"y"}}`),
		"escape":          withText(`{"customer_info":{"Model":"\u0078xxxxx"}}`),
		"not UTF-8":       withText("{\"customer_info\":{\"Model\":\"\xff\"}}"),
		"a control":       withText("{\"customer_info\":{\"Model\":\"\x7f\"}}"),
		"another member":  withText(`{"customer_info":{"Model":"x"},"b":"y"}`),
		"no member":       withText(`{}`),
		"no attributes":   withText(`{"customer_info":{}}`),
		"reserved":        withText(`{"customer_info":{"b":"y","E mail":"x"}}`),
		"a rule's name":   withText(`{"customer_info":{"c":"y","Model":"xxxxxx"}}`),
		"a wrapped name":  withText(`{"customer_info":{"c":"y","%visitor.custominfo.Model%":"xxxxxx"}}`),
		"broken":          withText(`{"customer_info":{"Model":"x"}`),
		"more":            withText(good + "x"),
		"numbers":         withText(`{"customer_info":{"Model":1}}`),
		"deeper":          withText(`{"customer_info":{"b":{"c":"x"}}}`),
		"a key unnamable": withText(`{"customer_info":{"b!":"x"}}`),
	} {
		var answers [2]int
		for i, handler := range []http.Handler{short, whole} {
			r := sized(good)
			odd(r)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			answers[i] = w.Code
		}
		if answers[0] != answers[1] {
			t.Errorf("%s: answered %d, the whole way %d", name, answers[0], answers[1])
		}
	}
}

// ended is a body that ends before its length, as net/http has it.
func ended(body io.Reader) io.ReadCloser {
	return io.NopCloser(io.MultiReader(body, iotest.ErrReader(io.ErrUnexpectedEOF)))
}

// withText gives a request another body.
func withText(body string) func(*http.Request) {
	return func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(body))
		r.ContentLength = int64(len(body))
	}
}
