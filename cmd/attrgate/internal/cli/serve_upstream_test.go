package cli_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestServeTellsHowItsBackendsAre has one that is not well, and then takes it away.
func TestServeTellsHowItsBackendsAre(t *testing.T) {
	good := quiet(t)
	bad := httptest.NewServer(http.NotFoundHandler())
	defer bad.Close()
	upstreams := "gateway: {upstreams: [{name: ccm, urls: ['" + good + "', '" + bad.URL + "'], health: {path: /, interval: 10ms}}]}\n"
	file := policyFile(t, "attrgate.yaml", staticPolicy()+upstreams)
	l, gateway, admin := launchServe(t, "--config", file)
	if status, body := eventually(t, admin+"/readyz", "degraded"); status != 200 ||
		body != `{"ready":true,"degraded":["upstream ccm: `+bad.URL+`: health check: status 404"]}`+"\n" {
		t.Errorf("%d %s", status, body)
	}
	if _, body := page(t, admin+"/metrics"); !strings.Contains(body, `attrgate_upstream_healthy{address="`+bad.URL+`",upstream="ccm"} 0`) ||
		!strings.Contains(body, `attrgate_upstream_healthy{address="`+good+`",upstream="ccm"} 1`) {
		t.Errorf("got %s", body)
	}
	for range 4 {
		if status, _ := page(t, gateway); status != 200 {
			t.Errorf("status %d", status)
		}
	}
	rewrite(t, file, staticPolicy()+strings.Replace(upstreams, ", '"+bad.URL+"'", "", 1))
	if status, body := eventually(t, admin+"/readyz", `{"ready":true}`); status != 200 || strings.Contains(body, "degraded") {
		t.Errorf("%d %s", status, body)
	}
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}
