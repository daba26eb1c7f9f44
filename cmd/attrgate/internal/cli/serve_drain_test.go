package cli_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestServeSaysWhetherItCutAnythingOff holds a request at the backend over the end.
func TestServeSaysWhetherItCutAnythingOff(t *testing.T) {
	arrived := make(chan bool)
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	}))
	defer backend.Close()
	l, gateway, admin := launchServe(t, "--policy", policyFile(t, "p.yaml", staticPolicy()), "--upstream", backend.URL, "--drain-timeout", "2s")
	go func() {
		if reply, err := http.Get(gateway); err == nil {
			_ = reply.Body.Close()
		}
	}()
	<-arrived
	l.cancel()
	if status, body := eventually(t, admin+"/readyz", "draining"); status != 503 || body != `{"ready":false,"reasons":["draining"]}`+"\n" {
		t.Errorf("readiness: %d %s", status, body)
	}
	if code := <-l.code; code != 3 || l.stderr.String() != "attrgate: requests that took too long were cut off\n" {
		t.Errorf("code %d, stderr %q", code, l.stderr.String())
	}
}

func TestServeTakesABackendForEachRoute(t *testing.T) {
	named := func(name string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Backend", name) }))
		t.Cleanup(s.Close)
		return s.URL
	}
	policy := policyFile(t, "p.yaml", staticPolicy())
	l, gateway, _ := launchServe(t, "--policy", policy, "--upstream", "custom-info="+named("own"), "--upstream", named("rest"))
	for path, want := range map[string]string{"/api/v2/z/conversations/1": "own", "/other": "rest"} {
		request, _ := http.NewRequest("PUT", gateway+path, strings.NewReader(`{"customer_info":{"Model":"1"}}`))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer open-sesame")
		reply, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if _ = reply.Body.Close(); reply.Header.Get("Backend") != want {
			t.Errorf("%s went to %q", path, reply.Header.Get("Backend"))
		}
	}
	rewrite(t, policy, staticPolicy()+"routes: [{api: salesiq-custom-info, name: renamed}]\n")
	l.said(t, "attrgate: --upstream: there is an upstream for the route \"custom-info\", which the policy does not have\nattrgate: the policy in force stays\n")
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}
