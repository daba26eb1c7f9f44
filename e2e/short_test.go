package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
