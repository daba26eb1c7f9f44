package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
)

func rewrite(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

// update sends an attribute and returns the line that is printed about it.
func update(t *testing.T, l *launched, gateway string) string {
	t.Helper()
	request, _ := http.NewRequest("PUT", gateway+"/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"Model":"1"}}`))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer open-sesame")
	_, _ = fetch(t, request)
	return l.line(t)
}

func TestServeReloadsAPolicyThatChanges(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer backend.Close()
	policy := policyFile(t, "p.yaml", staticPolicy())
	l, gateway := startServe(t, policy, backend.URL)
	rewrite(t, policy, strings.Replace(staticPolicy(), "crm sync", "second", 1))
	l.said(t, "attrgate: policy reloaded\n")
	if line := update(t, l, gateway); !strings.Contains(line, " second ") {
		t.Errorf("printed %q", line)
	}
	rewrite(t, policy, "issuers: 7\n")
	l.said(t, policy+":1:1: issuers: must be a list, not the number 7\nattrgate: the policy in force stays\n")
	if line := update(t, l, gateway); !strings.Contains(line, " second ") {
		t.Errorf("after a bad policy: printed %q", line)
	}
	if err := os.Remove(policy); err != nil {
		t.Fatal(err)
	}
	l.said(t, "attrgate: reading the policy: open "+policy+": no such file or directory\nattrgate: the policy in force stays\n")
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestServeReloadsAtSIGHUP(t *testing.T) {
	l, _ := startServe(t, policyFile(t, "p.yaml", staticPolicy()), "http://127.0.0.1:1")
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	l.said(t, "attrgate: policy reloaded\n")
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}
