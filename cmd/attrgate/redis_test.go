package main_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const goodScope = "SalesIQ.conversations.UPDATE"

// several starts gateways with the same file.
func several(t *testing.T, n int, text string) (gateways []*process) {
	t.Helper()
	name := file(t, text)
	for range n {
		gateways = append(gateways, run(t, name))
	}
	return gateways
}

func wantStatus(t *testing.T, reply *http.Response, status ...int) {
	t.Helper()
	if !slices.Contains(status, reply.StatusCode) {
		t.Errorf("status %d, want %v", reply.StatusCode, status)
	}
}

func TestTwoGatewaysShareARateLimit(t *testing.T) {
	r := startRedis(t)
	g := several(t, 2, static("crm", "other")+section(t, r.line(), "rateLimits: [{requests: 3, per: 1h}, {by: route, requests: 100, per: 1h}]"))
	for i, want := range []string{`"subject";r=2;`, `"subject";r=1;`, `"subject";r=0;`} {
		reply := g[i%2].update(t, "Bearer crm")
		if wantStatus(t, reply, 200); !strings.HasPrefix(reply.Header.Get("RateLimit"), want) {
			t.Errorf("%d: %s", i, reply.Header.Get("RateLimit"))
		}
	}
	before := g[1].metric(t, `attrgate_redis_duration_seconds_count{operation="limit"}`)
	for range 5 {
		wantStatus(t, g[0].update(t, "Bearer crm"), 429)
		wantStatus(t, g[1].update(t, "Bearer crm"), 429)
	}
	if asked := g[1].metric(t, `attrgate_redis_duration_seconds_count{operation="limit"}`) - before; asked > 1 {
		t.Errorf("redis was asked %v times about an empty bucket", asked)
	}
	wantStatus(t, g[0].update(t, "Bearer other"), 200)
}

func TestAProofIsGoodAtOneOfTwoGateways(t *testing.T) {
	r, e, h := startRedis(t), newEndpoint(t), newHolder(t)
	e.vouch("bound-token", goodScope, h.bound())
	g := several(t, 2, e.policy()+oneName+section(t, r.line()))
	eventuallyGood(t, g[0], h)
	proof := h.proof(t, "bound-token")
	wantStatus(t, g[0].update(t, "DPoP bound-token", "DPoP", proof), 200)
	wantStatus(t, g[1].update(t, "DPoP bound-token", "DPoP", proof), 401)
	wantStatus(t, g[1].update(t, "DPoP bound-token", "DPoP", h.proof(t, "bound-token")), 200)
}

// eventuallyGood waits until proofs are accepted: those of the second in which Redis began
// are not.
func eventuallyGood(t *testing.T, p *process, h holder) {
	t.Helper()
	until(t, "proofs are accepted", func() bool {
		return p.update(t, "DPoP bound-token", "DPoP", h.proof(t, "bound-token")).StatusCode == 200
	})
}

// TestAnEndpointIsAskedOnceForTwoGateways, and what Redis holds says nothing about anybody.
func TestAnEndpointIsAskedOnceForTwoGateways(t *testing.T) {
	r, e, h := startRedis(t), newEndpoint(t), newHolder(t)
	e.vouch("token-in-clear", goodScope, nil)
	e.vouch("bound-token", goodScope, h.bound())
	g := several(t, 2, e.policy()+oneName+section(t, r.line(), "rateLimits: [{requests: 100}, {by: client, requests: 100}]"))
	wantStatus(t, g[0].update(t, "Bearer token-in-clear"), 200)
	until(t, "the result is shared", func() bool { return len(r.results(t)) == 1 })
	wantStatus(t, g[1].update(t, "Bearer token-in-clear"), 200)
	if n := e.questions("token-in-clear"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	wantStatus(t, g[0].update(t, "Bearer unknown-token"), 401)
	eventuallyGood(t, g[0], h)
	for key, value := range r.content(t) {
		for _, secret := range []string{"in-clear", "bound-token", "unknown-token", "secret-of", "SalesIQ", h.thumbprint} {
			if strings.Contains(key+value, secret) {
				t.Errorf("%q holds %q", key, secret)
			}
		}
		ttl := r.client.PTTL(context.Background(), key).Val() // -1: it has no end; -2: it has ended
		if since := strings.HasSuffix(key, ":since"); !since && (ttl == -1 || ttl > 11*time.Minute) || !strings.HasPrefix(key, "attrgate:") {
			t.Errorf("%q ends in %s", key, ttl)
		}
	}
}

// TestWhatRedisSaysIsNotBelieved: whoever writes into it can lift nobody.
func TestWhatRedisSaysIsNotBelieved(t *testing.T) {
	r, e := startRedis(t), newEndpoint(t)
	e.vouch("may", goodScope, nil)
	e.vouch("may-not", "other.scope.READ", nil)
	name := file(t, e.policy()+section(t, r.line()))
	first := run(t, name)
	wantStatus(t, first.update(t, "Bearer may"), 200)
	wantStatus(t, first.update(t, "Bearer may-not"), 403)
	until(t, "both results are shared", func() bool { return len(r.results(t)) == 2 })
	keys, all, ctx := r.results(t), r.content(t), context.Background()
	one, two := all[keys[0]], all[keys[1]]
	flipped := []byte(one)
	flipped[len(flipped)-1] ^= 1
	for what, values := range map[string][2]string{
		"each other's":    {two, one},
		"made up":         {`{"Claims":{"Scopes":["` + goodScope + `"]},"Until":"2999-01-01T00:00:00Z"}`, ""},
		"changed":         {string(flipped), two[:len(two)-1]},
		"long":            {strings.Repeat("x", 1<<20), one + two},
		"of another kind": {"-", "-"},
	} {
		for i, key := range keys {
			r.client.Set(ctx, key, values[i], time.Minute)
			if what == "of another kind" {
				r.client.Del(ctx, key)
				r.client.LPush(ctx, key, "x")
			}
		}
		p, asked := run(t, name), e.questions("may")
		wantStatus(t, p.update(t, "Bearer may-not"), 403)
		if wantStatus(t, p.update(t, "Bearer may"), 200); e.questions("may") != asked+1 {
			t.Errorf("%s: asked %d times", what, e.questions("may")-asked)
		}
		until(t, "it has shared what it was told", func() bool {
			return p.metric(t, `attrgate_redis_duration_seconds_count{operation="result_put"}`) >= 2
		})
	}
}
