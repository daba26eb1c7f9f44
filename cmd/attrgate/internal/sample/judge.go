package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// The tokens of samples, as the judge knows them: one with all scopes, and one with none.
const (
	withScopes    = "sample"
	withoutScopes = "sample-without-scopes"
)

// newJudge returns a gate that decides as the policy's does on everything but callers: it
// knows two tokens of its own, and no servers. Every route enforces.
func newJudge(p policy.Policy) (*middleware.Gate, error) {
	judged := policy.Policy{Lookalikes: p.Lookalikes, Routes: append([]policy.Route{}, p.Expand().Routes...)}
	var scopes []string
	for i, route := range judged.Routes {
		scopes = append(scopes, route.Scopes...)
		judged.Routes[i].Mode = "enforce"
		judged.Routes[i].SenderConstraint = "optional"
		judged.Routes[i].Forward.Credentials = policy.Credentials{}
	}
	judged.StaticTokens = []policy.StaticToken{
		{SHA256: digest(withScopes), Scopes: scopes, Subject: withScopes},
		{SHA256: digest(withoutScopes), Subject: withoutScopes},
	}
	return middleware.New(judged, middleware.Options{})
}

func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// decide asks the judge about a request.
func decide(gate *middleware.Gate, s Sample) middleware.Decision {
	request, err := http.NewRequest(s.Method, "http://localhost"+s.Path, strings.NewReader(s.Body))
	if err != nil {
		return middleware.Decision{} // no request, no sample
	}
	for _, h := range s.Headers {
		request.Header.Add(h.Name, h.Value)
	}
	switch s.Token {
	case TokenWithScopes:
		request.Header.Set("Authorization", s.Scheme+" "+withScopes)
	case TokenWithoutScopes:
		request.Header.Set("Authorization", s.Scheme+" "+withoutScopes)
	}
	_, decision := gate.Admit(request)
	return decision
}

// breaks tells whether a decision is a refusal for a rule about the attribute of a name; "":
// of any.
func breaks(d middleware.Decision, rule, name string) bool {
	if d.Refusal == nil {
		return false
	}
	for _, v := range d.Refusal.Violations {
		if v.Rule == rule && (name == "" || v.Name == name) {
			return true
		}
	}
	return false
}
