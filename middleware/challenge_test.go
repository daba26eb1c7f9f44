package middleware_test

import (
	"reflect"
	"testing"

	"github.com/attrgate/attrgate/middleware/policy"
)

func TestChallenges(t *testing.T) {
	plain := newStage(t, nil)
	strict := newStage(t, func(p *policy.Policy) {
		p.Routes[0].SenderConstraint = "require"
		p.DPoP.Algorithms = []string{"ES256", "PS256"}
		p.ResourceMetadata.Resource = "https://api.example.com"
	})
	const (
		bearer  = `Bearer realm="attrgate", scope="channel-session:update"`
		dpop    = `DPoP realm="attrgate", scope="channel-session:update", algs="ES256 EdDSA"`
		where   = `, resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"`
		bearer2 = bearer + where
		dpop2   = `DPoP realm="attrgate", scope="channel-session:update"` + where + `, algs="ES256 PS256"`
	)
	failure := func(code, description string) string {
		return `, error="` + code + `", error_description="` + description + `"`
	}
	mine := func(s *stage) string { return s.bound(s.client) }
	scheme := failure("invalid_token", "access tokens that are bound to a key, and only those, are sent under the scheme DPoP")
	for _, c := range []struct {
		name   string
		stage  *stage
		header string
		want   []string
	}{
		{"no token", plain, "", []string{bearer}},
		{"another scheme", plain, "Basic eDp5", []string{bearer}},
		{"unknown token", plain, "Bearer x", []string{bearer + failure("invalid_token", "the access token is not known")}},
		{"unknown token under DPoP", plain, "DPoP x", []string{bearer, dpop + failure("invalid_token", "the access token is not known")}},
		{"malformed under DPoP", plain, "DPoP ?", []string{bearer, dpop + failure("invalid_request", "malformed authorization: after the scheme, one token and nothing else")}},
		{"bound under Bearer", plain, "Bearer " + mine(plain), []string{bearer + scheme, dpop}},
		{"unbound under DPoP", plain, "DPoP " + plain.token(nil), []string{bearer, dpop + scheme}},
		{"no proof", plain, "DPoP " + mine(plain), []string{bearer, dpop + failure("invalid_dpop_proof", "the DPoP proof is not good: it is missing; send one in the DPoP header")}},
		{"certificate missing", plain, "Bearer " + plain.token(boundTo(newCertificate(t))), []string{bearer + failure("invalid_token", "the access token is bound to another sender")}},
		{"no token where binding is required", strict, "", []string{bearer2, dpop2}},
		{"unbound token where binding is required", strict, "Bearer " + strict.token(nil), []string{bearer2 + failure("invalid_token", "the access token is not bound to its sender, which this route asks for"), dpop2}},
	} {
		answer, _ := c.stage.send(request(c.header))
		if got := answer.Header["Www-Authenticate"]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %d\n got %q\nwant %q", c.name, answer.StatusCode, got, c.want)
		}
	}
}

func TestScopeMissingUnderDPoP(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) { p.Routes[0].Scopes = []string{"other"} })
	raw := s.bound(s.client)
	answer, code := s.send(request("DPoP "+raw, s.proof(s.client, raw)))
	want := []string{
		`Bearer realm="attrgate", scope="other"`,
		`DPoP realm="attrgate", scope="other", algs="ES256 EdDSA", error="insufficient_scope"`,
	}
	if got := answer.Header["Www-Authenticate"]; code != "insufficient_scope" || answer.StatusCode != 403 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d, %s\n got %q\nwant %q", answer.StatusCode, code, got, want)
	}
}

func TestRequiredBinding(t *testing.T) {
	s := newStage(t, func(p *policy.Policy) {
		p.Routes[0].SenderConstraint = "require"
		p.StaticTokens = []policy.StaticToken{{ // the token "token"
			SHA256: "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0", Subject: "x", Scopes: []string{"channel-session:update"},
		}}
	})
	raw := s.bound(s.client)
	s.admits("bound", request("DPoP "+raw, s.proof(s.client, raw)))
	s.refuses("unbound", request("Bearer "+s.token(nil)), 401, "invalid_token", "not bound")
	s.refuses("unbound under DPoP", request("DPoP "+s.token(nil)), 401, "invalid_token", "not bound")
	s.refuses("static", request("Bearer token"), 401, "invalid_token", "not bound")
	s.refuses("none", request(""), 401, "token_missing", "as Bearer or DPoP, bound to its sender")
}
