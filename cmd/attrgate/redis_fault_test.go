package main_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is two gateways, and all that they need to share everything.
type shared struct {
	redis  *redisServer
	server *endpoint
	holder holder
	g      []*process
}

func newShared(t *testing.T, options ...string) *shared {
	t.Helper()
	s := &shared{redis: startRedis(t, options...), server: newEndpoint(t), holder: newHolder(t)}
	s.server.vouch("bound-token", goodScope, s.holder.bound())
	s.server.vouch("plain", goodScope, map[string]any{"sub": "plain"})
	s.g = several(t, 2, s.server.policy()+oneName+section(t, s.redis.line(), "rateLimits: [{requests: 2, per: 1h}, {name: proofs, by: route, requests: 100000}]"))
	for _, p := range s.g {
		until(t, "redis is there", func() bool { return p.metric(t, "attrgate_redis_up") == 1 })
	}
	return s
}

func (s *shared) prove(t *testing.T, p *process, proof string) *http.Response {
	t.Helper()
	return p.update(t, "DPoP bound-token", "DPoP", proof)
}

// wantAway holds a gateway to what it does without Redis: everything else.
func (s *shared) wantAway(t *testing.T, p *process) {
	t.Helper()
	until(t, "redis is away", func() bool { return p.metric(t, "attrgate_redis_up") == 0 })
	reply := s.prove(t, p, s.holder.proof(t, "bound-token"))
	if wantStatus(t, reply, 503); reply.Header.Get("Retry-After") == "" {
		t.Error("no advice when to try again")
	}
	if page := p.page(t, "/readyz"); !strings.Contains(page, `"ready":true,"degraded":["redis is away`) {
		t.Errorf("operators are told %s", page)
	}
	until(t, "a failure is counted", func() bool { return p.metric(t, `attrgate_redis_errors_total{operation="look"}`) > 0 })
	reply, err := http.Get("http://" + p.address + "/other")
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, reply, 200)
	_ = reply.Body.Close()
}

// wantBack waits until Redis is used again.
func (s *shared) wantBack(t *testing.T, p *process) {
	t.Helper()
	until(t, "redis is back", func() bool { return p.metric(t, "attrgate_redis_up") == 1 })
	until(t, "proofs are accepted", func() bool {
		reply := s.prove(t, p, s.holder.proof(t, "bound-token"))
		return reply.StatusCode == 200 || reply.StatusCode == 429
	})
	if page := p.page(t, "/readyz"); strings.Contains(page, "degraded") {
		t.Errorf("operators are told %s", page)
	}
}

// TestRedisDead kills Redis, and starts it again without what it knew.
func TestRedisDead(t *testing.T) {
	s := newShared(t)
	used := ""
	until(t, "a proof is used at the first", func() bool {
		used = s.holder.proof(t, "bound-token")
		return s.prove(t, s.g[0], used).StatusCode == 200
	})
	wantStatus(t, s.g[0].update(t, "Bearer plain"), 200)
	wantStatus(t, s.g[1].update(t, "Bearer plain"), 200)
	wantStatus(t, s.g[0].update(t, "Bearer plain"), 429)
	s.redis.kill()
	for _, p := range s.g {
		s.wantAway(t, p)
	}
	wantStatus(t, s.g[0].update(t, "Bearer plain"), 429) // as it was told
	wantStatus(t, s.g[1].update(t, "Bearer plain"), 429) // as it was told with its last one
	s.redis.start(t)
	until(t, "the second sees redis", func() bool { return s.g[1].metric(t, "attrgate_redis_up") == 1 })
	if reply := s.prove(t, s.g[1], used); reply.StatusCode != 503 {
		t.Errorf("a used proof that redis has forgotten gets %d", reply.StatusCode)
	}
	for _, p := range s.g {
		s.wantBack(t, p)
	}
}

// TestRedisAwayAtTheStart serves before Redis is there.
func TestRedisAwayAtTheStart(t *testing.T) {
	r := startRedis(t)
	r.kill()
	g := several(t, 2, static("crm")+section(t, r.line(), "rateLimits: [{requests: 1, per: 1h}]"))
	for _, p := range g {
		wantStatus(t, p.update(t, "Bearer crm"), 200) // each on its own
		wantStatus(t, p.update(t, "Bearer crm"), 429)
	}
	r.start(t)
	until(t, "redis is there", func() bool { return g[0].metric(t, "attrgate_redis_up") == 1 })
}

// TestRedisSlow stops Redis while its connections stay open.
func TestRedisSlow(t *testing.T) {
	s := newShared(t)
	s.redis.pause()
	for range 3 {
		wantStatus(t, s.g[0].update(t, "Bearer plain"), 200, 429)
		wantStatus(t, s.prove(t, s.g[0], s.holder.proof(t, "bound-token")), 503)
	}
	for _, p := range s.g {
		s.wantAway(t, p)
	}
	s.redis.resume()
	for _, p := range s.g {
		s.wantBack(t, p)
	}
}

// TestRedisFlapping kills and starts Redis while requests go on. Callers under a limit are
// never told that something is wrong, and no proof is good twice.
func TestRedisFlapping(t *testing.T) {
	s := newShared(t)
	ctx, end := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for ctx.Err() == nil {
				wantStatus(t, s.g[0].update(t, "Bearer plain"), 200, 429)
				proof := s.holder.proof(t, "bound-token")
				first := s.prove(t, s.g[0], proof).StatusCode
				second := s.prove(t, s.g[1], proof).StatusCode
				if accepted(first) && accepted(second) || !accepted(first) && first != 503 {
					t.Errorf("a proof gets %d and %d", first, second)
				}
			}
		})
	}
	for range 5 {
		s.redis.kill()
		time.Sleep(300 * time.Millisecond)
		s.redis.start(t)
		time.Sleep(1200 * time.Millisecond) // a look finds it
	}
	end()
	all.Wait()
	for _, p := range s.g {
		s.wantBack(t, p)
	}
}

// accepted tells that a proof was taken, whatever became of the request then.
func accepted(status int) bool { return status == 200 || status == 429 }

// TestRedisWithAPassword reads it anew for each connection.
func TestRedisWithAPassword(t *testing.T) {
	r := startRedis(t, "--requirepass", "first-password")
	secret := file(t, "wrong\n")
	line := strings.Replace(r.line(), "}", ", passwordFile: '"+secret+"'}", 1)
	p := run(t, file(t, static("crm")+section(t, line, "rateLimits: [{requests: 9}]")))
	wantStatus(t, p.update(t, "Bearer crm"), 200)
	if up := p.metric(t, "attrgate_redis_up"); up != 0 {
		t.Errorf("up is %v", up)
	}
	if err := os.WriteFile(secret, []byte("first-password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, "the new password is used", func() bool { return p.metric(t, "attrgate_redis_up") == 1 })
	if text := p.said(t); strings.Contains(text, "first-password") {
		t.Errorf("logged %s", text)
	}
}

// TestRedisOverTLS trusts the authority of the file, and no other.
func TestRedisOverTLS(t *testing.T) {
	lender := httptest.NewTLSServer(nil) // of a certificate for 127.0.0.1
	defer lender.Close()
	pair := lender.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile := file(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})))
	keyFile := file(t, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	r := startRedis(t, "--tls-cert-file", certFile, "--tls-key-file", keyFile, "--tls-auth-clients", "no")
	r.kill()
	r.options[0] = "--tls-port"
	r.options = append(r.options, "--port", "0")
	r.start(t)
	for more, want := range map[string]float64{", tls: true, caFile: '" + certFile + "'}": 1, ", tls: true}": 0, "}": 0} {
		p := run(t, file(t, static("crm")+section(t, strings.Replace(r.line(), "}", more, 1), "rateLimits: [{requests: 9}]")))
		wantStatus(t, p.update(t, "Bearer crm"), 200)
		if up := p.metric(t, "attrgate_redis_up"); up != want {
			t.Errorf("%s: up is %v", more, up)
		}
	}
}

// TestRedisCluster has a cluster of one node, which refuses commands on keys of several
// places like any other.
func TestRedisCluster(t *testing.T) {
	r := startRedis(t, "--cluster-enabled", "yes")
	if err := r.client.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, "the cluster is well", func() bool {
		return strings.Contains(r.client.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
	})
	e, h := newEndpoint(t), newHolder(t)
	e.vouch("bound-token", goodScope, h.bound())
	line := strings.Replace(r.line(), "']", "', '"+r.address+"']", 1)
	g := several(t, 2, static("crm")+e.policy()+oneName+section(t, line, "rateLimits: [{requests: 2, per: 1h}, {by: route, requests: 1000, per: 1h}]"))
	until(t, "redis is there", func() bool {
		return g[0].metric(t, "attrgate_redis_up") == 1 && g[1].metric(t, "attrgate_redis_up") == 1
	})
	for i, want := range []int{200, 200, 429, 429} {
		wantStatus(t, g[i%2].update(t, "Bearer crm"), want)
	}
	eventuallyGood(t, g[0], h)
	proof := h.proof(t, "bound-token")
	wantStatus(t, g[1].update(t, "DPoP bound-token", "DPoP", proof), 200)
	wantStatus(t, g[0].update(t, "DPoP bound-token", "DPoP", proof), 401)
	for _, operation := range []string{"limit", "proof", "result_get", "result_put"} {
		if n := g[0].metric(t, `attrgate_redis_errors_total{operation="`+operation+`"}`); n != 0 {
			t.Errorf("%v failures of %s", n, operation)
		}
	}
}

// TestRedisBehindASentinel asks a sentinel for the master.
func TestRedisBehindASentinel(t *testing.T) {
	r := startRedis(t)
	host, port, _ := net.SplitHostPort(r.address)
	sentinel := startRedis(t)
	sentinel.kill()
	_, own, _ := net.SplitHostPort(sentinel.address)
	sentinel.options = []string{file(t, "port "+own+"\nbind 127.0.0.1\nsentinel monitor the-master "+host+" "+port+" 1\n"), "--sentinel"}
	sentinel.start(t)
	line := strings.Replace(sentinel.line(), "}", ", sentinel: the-master, prefix: 'other:'}", 1)
	p := run(t, file(t, static("crm")+section(t, line, "rateLimits: [{requests: 9}]")))
	until(t, "redis is there", func() bool { return p.metric(t, "attrgate_redis_up") == 1 })
	wantStatus(t, p.update(t, "Bearer crm"), 200)
	if keys := r.client.Keys(t.Context(), "other:limit:*").Val(); len(keys) != 1 {
		t.Errorf("the master holds %v", keys)
	}
}
