package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCostInterpreted holds the interpreted plugin to counts of allocations, which do not
// depend on the machine: the interpreter makes one for each expression of a function that is
// called, so that they stand for its time. Where it fails, either something got dearer by
// accident, or it is worth it and the number here and in docs/performance.md has to change.
func TestCostInterpreted(t *testing.T) {
	for name, most := range map[string]float64{
		"other-path-passes":             90,
		"salesiq-documented-sample":     375,
		"expertflow-documented-sample":  540,
		"wrapped-key-forwarded-as-name": 420,
	} {
		c := caseNamed(t, name)
		handler := benchHandler(t, c.Policy)
		nothing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		sendCase(t, handler, c) // the token is verified, and the caller is learned at the next request
		sendCase(t, handler, c)
		own := testing.AllocsPerRun(100, func() { sendCase(t, nothing, c) })
		if got := testing.AllocsPerRun(100, func() { sendCase(t, handler, c) }) - own; got > most {
			t.Errorf("%s: %v allocations, want at most %v", name, got, most)
		}
	}
}

// sendCase sends a case that is not refused.
func sendCase(t testing.TB, handler http.Handler, c policytest.Case) {
	method, target, _ := strings.Cut(strings.TrimSuffix(c.Request.Start(), " HTTP/1.1"), " ")
	r := httptest.NewRequest(method, target, strings.NewReader(string(c.Request.Body)))
	for _, header := range c.Request.Names() {
		r.Header[header] = c.Request.Values(header)
	}
	serve(t, handler, r, http.StatusNoContent)
}
