package cli_test

import (
	"net/http"
	"strings"
	"testing"
)

// limitedUpdate sends a good attribute.
func limitedUpdate(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	w := dial(t, address)
	w.say(guardedHead + "Authorization: Bearer open-sesame\r\nContent-Length: 31\r\n\r\n" + `{"customer_info":{"Model":"1"}}`)
	return w.reply(t)
}

func TestRateLimits(t *testing.T) {
	address, admin := protected(t, answerOK, "rateLimits: [{requests: 2, per: 1h}, {name: all, by: route, requests: 10, per: 1m, burst: 5}]")
	for _, state := range []string{`"subject";r=1;t=1800, "all";r=4;t=6`, `"subject";r=0;t=3600, "all";r=3;t=12`} {
		reply, _ := limitedUpdate(t, address)
		if reply.StatusCode != http.StatusOK || reply.Header.Get("RateLimit") != state {
			t.Errorf("%d %s, want %s", reply.StatusCode, reply.Header.Get("RateLimit"), state)
		}
		if policy := reply.Header.Get("RateLimit-Policy"); policy != `"subject";q=2;w=3600, "all";q=5;w=30` {
			t.Errorf("the policy is %s", policy)
		}
	}
	for range 20 {
		reply, body := limitedUpdate(t, address)
		if reply.StatusCode != http.StatusTooManyRequests || !strings.Contains(body, `"code":"rate_limited"`) || reply.Header.Get("Retry-After") != "1800" {
			t.Errorf("%d %v %s", reply.StatusCode, reply.Header, body)
		}
		if got := reply.Header.Get("RateLimit"); !strings.HasPrefix(got, `"subject";r=0;t=3600, "all";r=`) || strings.Contains(got, `"all";r=0`) {
			t.Errorf("who is limited uses up what is everybody's: %s", got)
		}
	}
	if _, text := page(t, admin+"/metrics"); !strings.Contains(text, `attrgate_rate_limited_total{limit="subject",route="custom-info"} 20`) ||
		!strings.Contains(text, `attrgate_decisions_total{code="rate_limited",outcome="refused",route="custom-info"} 20`) {
		t.Error("they are not counted")
	}
}

// TestWhoIsLimitedIsNotListenedTo asks before it sends a body, and gets no 100 Continue.
func TestWhoIsLimitedIsNotListenedTo(t *testing.T) {
	address, _ := protected(t, answerOK, "rateLimits: [{requests: 1, per: 1h}]")
	_, _ = limitedUpdate(t, address)
	w := dial(t, address)
	w.say(guardedHead + "Authorization: Bearer open-sesame\r\nExpect: 100-continue\r\nContent-Length: 31\r\n\r\n")
	w.wantReply(t, http.StatusTooManyRequests, "rate_limited")
}

// TestOnlyGoodTokensCount shows that nobody can use up what is another's.
func TestOnlyGoodTokensCount(t *testing.T) {
	address, _ := protected(t, answerOK, "rateLimits: [{by: route, requests: 1, per: 1h}]")
	for range 5 {
		w := dial(t, address)
		w.say(guardedHead + "Authorization: Bearer wrong\r\nContent-Length: 2\r\n\r\n{}")
		if reply := w.wantReply(t, http.StatusUnauthorized, ""); reply.Header.Get("RateLimit") != "" {
			t.Error("a stranger is told about the limit")
		}
		w = dial(t, address)
		w.say(plainGet)
		w.wantReply(t, http.StatusOK, "")
	}
	if reply, _ := limitedUpdate(t, address); reply.StatusCode != http.StatusOK {
		t.Errorf("status %d", reply.StatusCode)
	}
}

func TestARateLimitInReportModeIsOnlyRecorded(t *testing.T) {
	const section = "rateLimits: [{requests: 1, per: 1h}]\nroutes: [{api: salesiq-custom-info, mode: report}, {api: expertflow-channel-session}]"
	address, admin := protected(t, answerOK, section)
	for range 2 {
		if reply, _ := limitedUpdate(t, address); reply.StatusCode != http.StatusOK {
			t.Errorf("status %d", reply.StatusCode)
		}
	}
	const line = `"outcome":"reported","status":200,"route":"custom-info","mode":"report","code":"rate_limited"`
	if _, text := eventually(t, admin+"/decisions", line); !strings.Contains(text, line) {
		t.Errorf("recorded %s", text)
	}
}

func TestARateLimitSpeaksTheBackendsLanguage(t *testing.T) {
	address, _ := protected(t, answerOK, "rateLimits: [{requests: 1, per: 1h}]\nroutes: [{api: salesiq-custom-info, errors: native}]")
	_, _ = limitedUpdate(t, address)
	reply, body := limitedUpdate(t, address)
	if reply.StatusCode != http.StatusTooManyRequests || !strings.Contains(body, `{"error":{"code":1023,`) || reply.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", reply.StatusCode, body)
	}
}

// TestAReloadForgetsNobodyWhoIsLimited changes something else, and then the limit.
func TestAReloadForgetsNobodyWhoIsLimited(t *testing.T) {
	text := gatewayFile(quiet(t)) + "  log: {decisions: none}\n  rateLimits: [{requests: 2, per: 1h}]\n"
	file := policyFile(t, "attrgate.yaml", text)
	l := launch(t, "serve", "--config", file)
	_, address, _ := strings.Cut(strings.Fields(l.line(t))[3], "://")
	want := func(status int) {
		if reply, _ := limitedUpdate(t, address); reply.StatusCode != status {
			t.Errorf("%d, want %d", reply.StatusCode, status)
		}
	}
	want(200)
	want(200)
	rewrite(t, file, text+"lookalikes: refuse\n")
	l.said(t, "attrgate: policy reloaded\n")
	want(429)
	rewrite(t, file, strings.Replace(text, "requests: 2", "requests: 1", 1))
	l.said(t, "attrgate: policy reloaded\nattrgate: policy reloaded\n")
	want(200)
	want(429)
	l.cancel()
	<-l.code
}
