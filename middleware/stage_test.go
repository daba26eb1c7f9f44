package middleware_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// noon is when these tests begin.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// stage is a gate with an issuer that it trusts, a client with a key, and a clock.
type stage struct {
	*testing.T
	issuer client
	client client
	now    time.Time
	gate   http.Handler
	got    *http.Request // the last one that reached the backend
	count  int
}

func newStage(t *testing.T, change func(*policy.Policy)) *stage {
	t.Helper()
	s := &stage{T: t, issuer: newClient(t, "ES256"), client: newClient(t, "ES256"), now: noon}
	p := policy.Policy{
		Issuers: []policy.Issuer{{
			Issuer: "https://idp.example.com", Audiences: []string{"contact-centre"}, Keys: []string{asJSON(t, s.issuer.jwk())},
		}},
		Routes: []policy.Route{{API: policy.ExpertFlowChannelSession}},
	}
	if change != nil {
		change(&p)
	}
	gate, err := middleware.New(p, middleware.Options{Now: func() time.Time { return s.now }})
	if err != nil {
		t.Fatal(err)
	}
	s.gate = gate.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.got = r
		w.WriteHeader(http.StatusNoContent)
	}))
	return s
}

// token issues an access token with a confirmation; nil: none.
func (s *stage) token(cnf map[string]any) string {
	s.Helper()
	claims := map[string]any{
		"iss": "https://idp.example.com", "aud": "contact-centre", "sub": "crm-sync", "scope": "channel-session:update",
		"iat": noon.Unix(), "exp": noon.Add(24 * time.Hour).Unix(),
	}
	if cnf != nil {
		claims["cnf"] = cnf
	}
	return s.issuer.sign(s, map[string]any{"alg": "ES256", "typ": "at+jwt"}, claims)
}

// bound issues a token that is bound to a client's key.
func (s *stage) bound(c client) string {
	s.Helper()
	return s.token(map[string]any{"jkt": c.thumbprint()})
}

const address = "http://gate.example.com/forms/1"

// parts are the header and the claims of a good proof for the address, made now.
func (s *stage) parts(c client, raw string) (header, claims map[string]any) {
	s.count++
	header = map[string]any{"typ": "dpop+jwt", "alg": c.alg, "jwk": c.jwk()}
	claims = map[string]any{
		"jti": s.Name() + strconv.Itoa(s.count), "htm": http.MethodPut, "htu": address, "iat": s.now.Unix(), "ath": hash(raw),
	}
	return header, claims
}

func (s *stage) proof(c client, raw string) string {
	s.Helper()
	header, claims := s.parts(c, raw)
	return c.sign(s, header, claims)
}

// request is a good one but for its token.
func request(authorization string, proofs ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, address, strings.NewReader(`[{"key":"Note","type":"String50","value":"x"}]`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", authorization)
	for _, p := range proofs {
		r.Header.Add("DPoP", p)
	}
	return r
}

// send returns the answer, and the code of the refusal.
func (s *stage) send(r *http.Request) (*http.Response, string) {
	s.Helper()
	s.got = nil
	w := httptest.NewRecorder()
	s.gate.ServeHTTP(w, r)
	var refusal struct{ Code, Detail string }
	_ = json.Unmarshal(w.Body.Bytes(), &refusal)
	answer := w.Result()
	answer.Status = refusal.Detail
	return answer, refusal.Code
}

func (s *stage) admits(what string, r *http.Request) {
	s.Helper()
	answer, code := s.send(r)
	if answer.StatusCode != http.StatusNoContent || s.got == nil {
		s.Errorf("%s: refused with %d, %s: %s", what, answer.StatusCode, code, answer.Status)
	}
}

func (s *stage) refuses(what string, r *http.Request, status int, code, detail string) {
	s.Helper()
	answer, got := s.send(r)
	if answer.StatusCode != status || got != code || !strings.Contains(answer.Status, detail) || s.got != nil {
		s.Errorf("%s: got %d, %q: %q; want %d, %q: …%q", what, answer.StatusCode, got, answer.Status, status, code, detail)
	}
}
