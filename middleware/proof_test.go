package middleware_test

import (
	"crypto/tls"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

func TestBoundTokenWithItsProof(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) { p.DPoP.Algorithms = []string{"ES256", "EdDSA", "RS256"} })
	for _, alg := range []string{"ES256", "EdDSA", "RS256"} {
		c := newClient(t, alg)
		raw := s.bound(c)
		s.admits(alg, request("DPoP "+raw, s.proof(c, raw)))
		s.admits(alg+", scheme in small letters", request("dpop "+raw, s.proof(c, raw)))
		if s.got.Header.Get("Dpop") == "" {
			t.Errorf("%s: the backend did not get the proof", alg)
		}
	}
}

func TestBoundTokenUnderTheWrongScheme(t *testing.T) {
	s := newStage(t, nil)
	raw := s.bound(s.client)
	s.refuses("bound, under Bearer", request("Bearer "+raw), 401, "invalid_token", "scheme DPoP")
	s.refuses("bound, under Bearer with a proof", request("Bearer "+raw, s.proof(s.client, raw)), 401, "invalid_token", "scheme DPoP")
	plain := s.token(nil)
	s.refuses("unbound, under DPoP", request("DPoP "+plain, s.proof(s.client, plain)), 401, "invalid_token", "scheme DPoP")
	s.refuses("unbound, under DPoP without a proof", request("DPoP "+plain), 401, "invalid_token", "scheme DPoP")
	s.admits("unbound, under Bearer", request("Bearer "+plain))
	s.admits("unbound, under Bearer with anything as a proof", request("Bearer "+plain, "?"))
	s.refuses("confirmation that we do not know", request("Bearer "+s.token(map[string]any{"kid": "1"})), 401, "invalid_token", "not supported")
	s.refuses("no token", request("DPoP"), 400, "invalid_request", "one token")
	s.refuses("a comma", request("DPoP "+raw+", Bearer "+plain), 400, "invalid_request", "one token")
}

// TestBadProofs breaks every point of RFC 9449, section 4.3, by itself.
func TestBadProofs(t *testing.T) {
	s := newStage(t, nil)
	other := newClient(t, "ES256")
	raw := s.bound(s.client)
	type object = map[string]any
	with := func(name string, value any) func(object, object) {
		return func(header, claims object) {
			target := claims
			if _, there := header[name]; there || strings.HasPrefix(name, "header ") {
				target = header
			}
			target[strings.TrimPrefix(name, "header ")] = value
		}
	}
	jwk := func(name string, value any) func(object, object) {
		return func(header, _ object) { header["jwk"].(object)[name] = value }
	}
	for _, c := range []struct {
		name   string
		change func(header, claims object)
		code   string
		detail string
	}{
		{"typ missing", func(h, _ object) { delete(h, "typ") }, "invalid_dpop_proof", "typ"},
		{"typ JWT", with("typ", "JWT"), "invalid_dpop_proof", "typ"},
		{"typ number", with("typ", 1), "invalid_dpop_proof", "typ"},
		{"alg missing", func(h, _ object) { delete(h, "alg") }, "invalid_dpop_proof", "alg"},
		{"alg none", with("alg", "none"), "invalid_dpop_proof", "alg"},
		{"alg HS256", with("alg", "HS256"), "invalid_dpop_proof", "alg"},
		{"alg not in the policy", with("alg", "ES384"), "invalid_dpop_proof", "alg"},
		{"alg for another key", with("alg", "EdDSA"), "invalid_dpop_proof", "jwk"},
		{"jwk missing", func(h, _ object) { delete(h, "jwk") }, "invalid_dpop_proof", "jwk"},
		{"jwk text", with("jwk", "x"), "invalid_dpop_proof", "jwk"},
		{"jwk with its private part", jwk("d", "x"), "invalid_dpop_proof", "public"},
		{"jwk with a part of a private key", jwk("oth", []any{}), "invalid_dpop_proof", "public"},
		{"jwk symmetric", jwk("k", "x"), "invalid_dpop_proof", "public"},
		{"jwk for encryption", jwk("use", "enc"), "invalid_dpop_proof", "jwk"},
		{"jwk for signing only", jwk("key_ops", []any{"sign"}), "invalid_dpop_proof", "jwk"},
		{"jwk with odd key_ops", jwk("key_ops", 1), "invalid_dpop_proof", "key_ops"},
		{"jwk of another alg", jwk("alg", "ES384"), "invalid_dpop_proof", "jwk"},
		{"jwk off the curve", jwk("x", b64(make([]byte, 32))), "invalid_dpop_proof", "jwk"},
		{"jwk with a number for x", jwk("x", 1), "invalid_dpop_proof", "jwk"},
		{"jwk of somebody else", with("jwk", other.jwk()), "invalid_token", "another sender"},
		{"crit", with("header crit", []any{"b64"}), "invalid_dpop_proof", "malformed"},
		{"b64", with("header b64", false), "invalid_dpop_proof", "malformed"},
		{"x5c", with("header x5c", []any{}), "invalid_dpop_proof", "malformed"},
		{"jku", with("header jku", "https://example.com"), "invalid_dpop_proof", "malformed"},
		{"htm of another method", with("htm", "POST"), "invalid_dpop_proof", "htm"},
		{"htm in small letters", with("htm", "put"), "invalid_dpop_proof", "htm"},
		{"htm missing", func(_, c object) { delete(c, "htm") }, "invalid_dpop_proof", "htm"},
		{"htu of another path", with("htu", "http://gate.example.com/forms/2"), "invalid_dpop_proof", "htu"},
		{"htu of another host", with("htu", "http://other.example.com/forms/1"), "invalid_dpop_proof", "htu"},
		{"htu of another port", with("htu", "http://gate.example.com:8080/forms/1"), "invalid_dpop_proof", "htu"},
		{"htu of another scheme", with("htu", "https://gate.example.com/forms/1"), "invalid_dpop_proof", "htu"},
		{"htu with a user", with("htu", "http://u@gate.example.com/forms/1"), "invalid_dpop_proof", "htu"},
		{"htu relative", with("htu", "/forms/1"), "invalid_dpop_proof", "htu"},
		{"htu with an escaped letter", with("htu", "http://gate.example.com/form%73/1"), "invalid_dpop_proof", "htu"},
		{"htu with a dot segment", with("htu", "http://gate.example.com/a/../forms/1"), "invalid_dpop_proof", "htu"},
		{"htu that is none", with("htu", "http://[/forms/1"), "invalid_dpop_proof", "htu"},
		{"htu missing", func(_, c object) { delete(c, "htu") }, "invalid_dpop_proof", "htu"},
		{"iat missing", func(_, c object) { delete(c, "iat") }, "invalid_dpop_proof", "iat"},
		{"iat text", with("iat", "now"), "invalid_dpop_proof", "iat"},
		{"iat too old", with("iat", noon.Add(-61*time.Second).Unix()), "invalid_dpop_proof", "old"},
		{"iat to come", with("iat", noon.Add(31*time.Second).Unix()), "invalid_dpop_proof", "not valid"},
		{"exp has passed", with("exp", noon.Unix()), "invalid_dpop_proof", "not valid"},
		{"nbf to come", with("nbf", noon.Add(31*time.Second).Unix()), "invalid_dpop_proof", "not valid"},
		{"ath of another token", with("ath", hash("x")), "invalid_dpop_proof", "ath"},
		{"ath missing", func(_, c object) { delete(c, "ath") }, "invalid_dpop_proof", "ath"},
		{"jti missing", func(_, c object) { delete(c, "jti") }, "invalid_dpop_proof", "jti"},
		{"jti empty", with("jti", ""), "invalid_dpop_proof", "jti"},
		{"jti number", with("jti", 1), "invalid_dpop_proof", "jti"},
		{"jti too long", with("jti", strings.Repeat("x", 257)), "invalid_dpop_proof", "jti"},
		{"longer than 8 KiB", with("pad", strings.Repeat("x", 8<<10)), "invalid_dpop_proof", "8 KiB"},
	} {
		header, claims := s.parts(s.client, raw)
		c.change(header, claims)
		s.refuses(c.name, request("DPoP "+raw, s.client.sign(t, header, claims)), 401, c.code, c.detail)
	}
	header, claims := s.parts(s.client, raw)
	s.refuses("signed by somebody else", request("DPoP "+raw, other.sign(t, header, claims)), 401, "invalid_dpop_proof", "signature")
	s.admits("the same, signed by the client", request("DPoP "+raw, s.client.sign(t, header, claims)))
}

func TestProofsThatAreNotOneJWT(t *testing.T) {
	s := newStage(t, nil)
	raw := s.bound(s.client)
	good := func() string { return s.proof(s.client, raw) }
	s.refuses("none", request("DPoP "+raw), 401, "invalid_dpop_proof", "missing")
	s.refuses("two headers", request("DPoP "+raw, good(), good()), 401, "invalid_dpop_proof", "more than one")
	s.refuses("two in one header", request("DPoP "+raw, good()+", "+good()), 401, "invalid_dpop_proof", "one JWT")
	s.refuses("empty", request("DPoP "+raw, ""), 401, "invalid_dpop_proof", "one JWT")
	s.refuses("two parts", request("DPoP "+raw, "a.b"), 401, "invalid_dpop_proof", "one JWT")
	s.refuses("no base64", request("DPoP "+raw, "?.?.?"), 401, "invalid_dpop_proof", "malformed")
	s.refuses("no signature", request("DPoP "+raw, good()[:strings.LastIndex(good(), ".")+1]), 401, "invalid_dpop_proof", "signature")
	s.refuses("padding", request("DPoP "+raw, good()+"="), 401, "invalid_dpop_proof", "malformed")
	header, claims := s.parts(s.client, raw)
	twice := strings.Replace(asJSON(t, claims), "{", `{"htm":"GET",`, 1)
	s.refuses("a name twice", request("DPoP "+raw, s.client.signText(t, asJSON(t, header), twice)), 401, "invalid_dpop_proof", "malformed")
	twice = strings.Replace(asJSON(t, header), `"jwk":{`, `"jwk":{"x":"AA",`, 1)
	s.refuses("a name twice in jwk", request("DPoP "+raw, s.client.signText(t, twice, asJSON(t, claims))), 401, "invalid_dpop_proof", "malformed")
	s.refuses("claims null", request("DPoP "+raw, s.client.signText(t, asJSON(t, header), "null")), 401, "invalid_dpop_proof", "malformed")
	s.admits("but this", request("DPoP "+raw, good()))
}

func TestProofIsGoodOnce(t *testing.T) {
	s := newStage(t, nil)
	other := newClient(t, "ES256")
	raw := s.bound(s.client)
	header, claims := s.parts(s.client, raw)
	proof := s.client.sign(t, header, claims)
	s.admits("the first time", request("DPoP "+raw, proof))
	s.refuses("the second time", request("DPoP "+raw, proof), 401, "invalid_dpop_proof", "used before")
	claims["more"] = 1
	s.refuses("another proof with its jti", request("DPoP "+raw, s.client.sign(t, header, claims)), 401, "invalid_dpop_proof", "used before")
	raw2 := s.bound(other)
	header2, claims2 := s.parts(other, raw2)
	claims2["jti"] = claims["jti"]
	s.admits("its jti by another key", request("DPoP "+raw2, other.sign(t, header2, claims2)))
	s.now = noon.Add(time.Minute)
	s.refuses("at the end of its age", request("DPoP "+raw, proof), 401, "invalid_dpop_proof", "used before")
	s.now = noon.Add(time.Minute + time.Second)
	s.refuses("after its age", request("DPoP "+raw, proof), 401, "invalid_dpop_proof", "too old")
	claims["iat"] = s.now.Unix() - 1
	s.refuses("too early for its jti", request("DPoP "+raw, s.client.sign(t, header, claims)), 401, "invalid_dpop_proof", "used before")
}

// TestProofIsUsedUpByGoodRequestsOnly: nobody can use up a proof without the token, or
// fill the memory with proofs of keys that no token is bound to.
func TestProofIsUsedUpByGoodRequestsOnly(t *testing.T) {
	s := newStage(t, nil)
	raw := s.bound(s.client)
	proof := s.proof(s.client, raw)
	s.refuses("with another token of the same key", request("DPoP "+s.bound(s.client), proof), 401, "invalid_dpop_proof", "ath")
	s.admits("with its own", request("DPoP "+raw, proof))
}

func TestOneProofInManyRequestsAtOnce(t *testing.T) {
	s := newStage(t, nil)
	raw := s.bound(s.client)
	proof := s.proof(s.client, raw)
	var admitted atomic.Int64
	var done sync.WaitGroup
	for i := 0; i < 16; i++ {
		done.Add(1)
		go func() {
			defer done.Done()
			w := httptest.NewRecorder()
			s.gate.ServeHTTP(w, request("DPoP "+raw, proof))
			if w.Code == 204 {
				admitted.Add(1)
			}
		}()
	}
	done.Wait()
	if admitted.Load() != 1 {
		t.Errorf("admitted %d times", admitted.Load())
	}
}

func TestProofAge(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) { p.DPoP.ProofAge = "5m" })
	raw := s.bound(s.client)
	for seconds, good := range map[int]bool{-301: false, -300: true, 30: true, 31: false} {
		header, claims := s.parts(s.client, raw)
		claims["iat"] = noon.Unix() + int64(seconds)
		r := request("DPoP "+raw, s.client.sign(t, header, claims))
		if good {
			s.admits("good", r)
		} else {
			s.refuses("bad", r, 401, "invalid_dpop_proof", "")
		}
	}
}

func TestAddressOfAProof(t *testing.T) {
	plain := newStage(t, nil)
	named := newStage(t, func(p *policy.Policy) {
		p.DPoP.Origins = []string{"https://API.example.com:443", "http://localhost:8080"}
	})
	for _, c := range []struct {
		stage *stage
		htu   string
		tls   bool
		host  string
		good  bool
	}{
		{plain, "http://gate.example.com/forms/1?a=b", false, "gate.example.com", true},
		{plain, "http://gate.example.com/forms/1#a", false, "gate.example.com", true},
		{plain, "HTTP://Gate.Example.COM/forms/1", false, "gate.example.com", true},
		{plain, "http://gate.example.com:80/forms/1", false, "gate.example.com", true},
		{plain, "http://gate.example.com:/forms/1", false, "gate.example.com", true},
		{plain, "http://gate.example.com/forms/1", false, "GATE.example.com:80", true},
		{plain, "http://gate.example.com:443/forms/1", false, "gate.example.com", false},
		{plain, "http://gate.example.com:8080/forms/1", false, "gate.example.com:8080", true},
		{plain, "https://gate.example.com/forms/1", true, "gate.example.com:443", true},
		{plain, "https://gate.example.com:443/forms/1", true, "gate.example.com", true},
		{plain, "http://gate.example.com/forms/1", true, "gate.example.com", false},
		{plain, "https://[::1]/forms/1", true, "[::1]:443", true},
		{plain, "http://gate.example.com/forms/1/", false, "gate.example.com", false},
		{plain, "http://gate.example.com//forms/1", false, "gate.example.com", false},
		{plain, "http://gate.example.com/Forms/1", false, "gate.example.com", false},
		{named, "https://api.example.com/forms/1", false, "10.0.0.1", true},
		{named, "https://api.example.com:443/forms/1", false, "10.0.0.1", true},
		{named, "http://LOCALHOST:8080/forms/1", false, "10.0.0.1", true},
		{named, "http://10.0.0.1/forms/1", false, "10.0.0.1", false},
		{named, "http://api.example.com/forms/1", false, "api.example.com", false},
	} {
		s := c.stage
		raw := s.bound(s.client)
		header, claims := s.parts(s.client, raw)
		claims["htu"] = c.htu
		r := request("DPoP "+raw, s.client.sign(t, header, claims))
		r.Host = c.host
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if c.good {
			s.admits(c.htu+" for "+c.host, r)
		} else {
			s.refuses(c.htu+" for "+c.host, r, 401, "invalid_dpop_proof", "htu")
		}
	}
}

// TestQueryOfTheRequestIsNotInHTU: the query is no part of what a proof is for.
func TestQueryOfTheRequestIsNotInHTU(t *testing.T) {
	s := newStage(t, nil)
	raw := s.bound(s.client)
	r := request("DPoP "+raw, s.proof(s.client, raw))
	r.URL.RawQuery = "a=b"
	s.admits("a query", r)
}

func TestStrippedTokenTakesItsProofAlong(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) { p.Routes[0].Forward.Token = "strip" })
	raw := s.bound(s.client)
	s.admits("stripped", request("DPoP "+raw, s.proof(s.client, raw)))
	if s.got.Header.Get("Authorization") != "" || s.got.Header.Get("Dpop") != "" {
		t.Errorf("the backend got %v", s.got.Header)
	}
}

// TestHugeRSAKey: a client must not choose how much work a signature is.
func TestHugeRSAKey(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) { p.DPoP.Algorithms = []string{"RS256"} })
	for bits, detail := range map[int]string{8200: "jwk is not a key", 8192: "signature"} {
		n := make([]byte, bits/8)
		n[0], n[len(n)-1] = 0x80, 1
		jwk := map[string]any{"kty": "RSA", "n": b64(n), "e": "AQAB"}
		raw := s.token(map[string]any{"jkt": hash(asJSON(t, jwk))})
		header, claims := s.parts(newClient(t, "RS256"), raw)
		header["jwk"] = jwk
		proof := newClient(t, "RS256").sign(t, header, claims)
		s.refuses("a huge key", request("DPoP "+raw, proof), 401, "invalid_dpop_proof", detail)
	}
}

// TestOpaqueAddress: an address without a path is no match for one in another form.
func TestOpaqueAddress(t *testing.T) {
	s := newStage(t, nil)
	raw := s.bound(s.client)
	header, claims := s.parts(s.client, raw)
	claims["htu"] = "http://gate.example.com"
	r := request("DPoP "+raw, s.client.sign(t, header, claims))
	r.URL = &url.URL{Opaque: "/forms/1"}
	s.refuses("opaque", r, 401, "invalid_dpop_proof", "htu")
}
