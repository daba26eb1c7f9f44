package cli_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/smalldisk"
)

// reloaded asks for a reload.
func reloaded(t *testing.T, admin string) (status int, answer struct {
	Result, Digest string
	Problems       []struct {
		File, Path, Message string
		Line, Column        int
	}
	Restart []string
}) {
	t.Helper()
	request, _ := http.NewRequest("POST", admin+"/reload", nil)
	status, body := fetch(t, request)
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return status, answer
}

func TestServeReloadsWhenAskedTo(t *testing.T) {
	file := policyFile(t, "p.yaml", staticPolicy())
	l, gateway, admin := launchServe(t, "--config", file, "--upstream", quiet(t))
	if _, body := page(t, admin+"/reload"); body != "{}\n" {
		t.Errorf("at first %s", body)
	}
	status, first := reloaded(t, admin)
	if status != 200 || first.Result != "success" || !strings.HasPrefix(first.Digest, "sha256:") {
		t.Errorf("%d %+v", status, first)
	}
	if err := os.WriteFile(file, []byte(staticPolicy()+"lookalikes: often\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, second := reloaded(t, admin)
	if status != 422 || second.Result != "failure" || second.Digest != first.Digest || len(second.Problems) != 1 ||
		second.Problems[0].Path != "lookalikes" || second.Problems[0].File != file || second.Problems[0].Line == 0 {
		t.Errorf("%d %+v", status, second)
	}
	if _, body := page(t, admin+"/reload"); !strings.Contains(body, `"result":"failure"`) {
		t.Errorf("shown %s", body)
	}
	update(t, l, gateway) // still served
	if err := os.WriteFile(file, []byte(staticPolicy()+"lookalikes: dangerouslyPass\ngateway: {limits: {requests: 7}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, third := reloaded(t, admin)
	if status != 200 || third.Digest == first.Digest || len(third.Restart) != 1 || third.Restart[0] != "gateway.limits" {
		t.Errorf("%d %+v", status, third)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if status, gone := reloaded(t, admin); status != 422 || len(gone.Problems) != 1 || !strings.Contains(gone.Problems[0].Message, "no such file") {
		t.Errorf("%d %+v", status, gone)
	}
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}

// TestServeRefusesWhatItCannotRecord fills the disk of the audit file while it serves.
func TestServeRefusesWhatItCannotRecord(t *testing.T) {
	disk := smalldisk.New(t, "32k")
	file := policyFile(t, "p.yaml", staticPolicy()+
		"gateway: {log: {decisions: none, audit: {file: "+disk+"/audit.jsonl, onFailure: refuse}}}\n")
	l, gateway, admin := launchServe(t, "--config", file, "--upstream", quiet(t))
	send := func() (int, string) {
		request, _ := http.NewRequest("PUT", gateway+"/api/v2/z/conversations/1", strings.NewReader(`{"customer_info":{"Model":"1"}}`))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer open-sesame")
		return fetch(t, request)
	}
	served := 0
	status, body := send()
	for ; status == 200; status, body = send() {
		served++
	}
	if status != 503 || !strings.Contains(body, `"code":"audit_unavailable"`) || served < 10 {
		t.Fatalf("after %d: %d %s", served, status, body)
	}
	if status, body := page(t, admin+"/readyz"); status != 503 || body != `{"ready":false,"reasons":["the audit file cannot be written"]}`+"\n" {
		t.Errorf("readiness: %d %s", status, body)
	}
	if status, _ := page(t, gateway+"/other"); status != 200 {
		t.Errorf("not guarded: %d", status)
	}
	if _, body := page(t, admin+"/metrics"); !strings.Contains(body, "\nattrgate_audit_failures_total ") || strings.Contains(body, "\nattrgate_audit_failures_total 0\n") {
		t.Error("the failures are not counted")
	}
	l.said(t, "attrgate: the audit file cannot be written: ")
	smalldisk.Grow(t, disk, "4m")
	if status, body := eventually(t, admin+"/readyz", `{"ready":true}`); status != 200 {
		t.Errorf("readiness: %d %s", status, body)
	}
	if status, _ := send(); status != 200 {
		t.Errorf("with room again: %d", status)
	}
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d, %s", code, l.stderr.String())
	}
	wantDecisions(t, filepath.Join(disk, "audit.jsonl"), served+1)
}

// TestServeShowsThatItCannotRecord does the same where requests are to be served.
func TestServeShowsThatItCannotRecord(t *testing.T) {
	disk := smalldisk.New(t, "16k")
	file := policyFile(t, "p.yaml", staticPolicy()+"gateway: {log: {decisions: none, audit: {file: "+disk+"/audit.jsonl}}}\n")
	l, gateway, admin := launchServe(t, "--config", file, "--upstream", quiet(t))
	for range 100 {
		if status, _ := page(t, gateway+"/other"); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	if status, body := eventually(t, admin+"/readyz", "degraded"); status != 200 || body != `{"ready":true,"degraded":["the audit file cannot be written"]}`+"\n" {
		t.Errorf("readiness: %d %s", status, body)
	}
	l.cancel()
	if code := <-l.code; code != 0 || !strings.Contains(l.stderr.String(), " lines of the audit file are lost: ") {
		t.Errorf("code %d, stderr %q", code, l.stderr.String())
	}
}

// wantDecisions reads an audit file, each line of which must be whole.
func wantDecisions(t *testing.T, name string, admitted int) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		var decision struct{ Outcome, Policy, ClientAddress string }
		if err := json.Unmarshal([]byte(line), &decision); err != nil || decision.Policy == "" || decision.ClientAddress != "127.0.0.1" {
			t.Fatalf("%q: %v", line, err)
		}
		if decision.Outcome == "admitted" {
			got++
		}
	}
	if got != admitted {
		t.Errorf("%d admitted in the file, %d served", got, admitted)
	}
}

func TestServeNeedsItsAuditFile(t *testing.T) {
	file := policyFile(t, "p.yaml", staticPolicy()+"gateway: {log: {audit: {file: /missing/audit.jsonl}}}\n")
	code, _, stderr := run(t.Context(), "serve", "--config", file, "--upstream", "http://127.0.0.1:1")
	if code != 2 || !strings.HasPrefix(stderr, "attrgate: the audit file: open /missing/audit.jsonl: ") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}

func TestServeLogsTheClientBehindATrustedProxy(t *testing.T) {
	file := policyFile(t, "p.yaml", staticPolicy()+"gateway: {trustedProxies: ['127.0.0.0/8']}\n")
	l, gateway, _ := launchServe(t, "--config", file, "--upstream", quiet(t), "--log", "json")
	request, _ := http.NewRequest("GET", gateway, nil)
	request.Header.Set("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 127.0.0.9")
	_, _ = fetch(t, request)
	if line := l.line(t); !strings.Contains(line, `"clientAddress":"203.0.113.7"`) {
		t.Errorf("logged %s", line)
	}
	l.stop(t)
}
