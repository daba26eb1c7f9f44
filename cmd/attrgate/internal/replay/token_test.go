package replay_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
)

const (
	published     = `{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["contact-centre"], "maxAge": "1h"}]}`
	shared        = `{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["contact-centre"], "secret": "a-made-up-secret-of-32-bytes-or-so"}]}`
	introspection = `{"introspection": [{"url": "https://idp.example.com/introspect", "clientID": "gate", "clientSecret": "made-up"}]}`
	issued        = 1772409600 // 2026-03-02 00:00:00
	during        = "2026-03-02T00:10:00Z"
)

// static is a policy that knows one opaque token.
func static(token string) string {
	sum := sha256.Sum256([]byte(token))
	return `{"staticTokens": [{"sha256": "` + hex.EncodeToString(sum[:]) + `", "scopes": ["SalesIQ.conversations.UPDATE"], "subject": "crm"}]}`
}

// jwt is a token that nobody signed. The pairs change its claims; nil removes one.
func jwt(t testing.TB, pairs ...any) string {
	t.Helper()
	header := map[string]any{"alg": "RS256", "typ": "at+jwt"}
	claims := map[string]any{"iss": "https://idp.example.com", "aud": "contact-centre", "sub": "ada", "client_id": "desk",
		"scope": "SalesIQ.conversations.UPDATE", "iat": issued, "exp": issued + 3600}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		into := claims
		if name == "alg" || name == "typ" {
			into = header
		}
		if into[name] = pairs[i+1]; pairs[i+1] == nil {
			delete(into, name)
		}
	}
	return encoded(t, header) + "." + encoded(t, claims) + ".c2lnbmF0dXJl"
}

func encoded(t testing.TB, part map[string]any) string {
	t.Helper()
	text, err := json.Marshal(part)
	must(t, err)
	return base64.RawURLEncoding.EncodeToString(text)
}

// verdictOf is what becomes of one request: the code of a refusal, or else the outcome, and
// how the caller was judged.
func verdictOf(r *replay.Report) string {
	words := map[string]int64{"checked": r.Callers.Checked, "trusted": r.Callers.Trusted, "assumed": r.Callers.Assumed, "given": r.Callers.Given}
	verdict := "admitted"
	if len(r.Refused.Codes) > 0 {
		verdict = r.Refused.Codes[0].Word
	}
	for word, n := range words {
		if n > 0 {
			verdict += " " + word
		}
	}
	return verdict
}

func TestTokens(t *testing.T) {
	digest := strings.Repeat("A", 43)
	bound := map[string]any{"jkt": digest}
	require := strings.Replace(published, `{"issuers"`, `{"routes": [{"api": "salesiq-custom-info", "senderConstraint": "require"}], "issuers"`, 1)
	for name, test := range map[string]struct{ policy, authorization, time, want string }{
		"the issuer publishes its keys":        {published, "Bearer " + jwt(t), during, "admitted trusted"},
		"the same under another scheme":        {published, "Zoho-oauthtoken " + jwt(t), during, "admitted trusted"},
		"a scheme that is not accepted":        {published, "Basic " + jwt(t), during, "token_missing trusted"},
		"without its signature":                {published, "Bearer " + strings.TrimSuffix(jwt(t), ".c2lnbmF0dXJl"), during, "admitted trusted"},
		"the signature is masked":              {published, "Bearer " + strings.Replace(jwt(t), "c2lnbmF0dXJl", "***", 1), during, "admitted trusted"},
		"long ended, but not then":             {published, "Bearer " + jwt(t), "2026-03-02T01:00:10Z", "admitted trusted"},
		"ended then":                           {published, "Bearer " + jwt(t), "2026-03-02T01:10:00Z", "invalid_token trusted"},
		"not yet begun then":                   {published, "Bearer " + jwt(t), "2026-03-01T23:00:00Z", "invalid_token trusted"},
		"no time in the log":                   {published, "Bearer " + jwt(t), "", "admitted trusted"},
		"no time, and none in the token":       {published, "Bearer " + jwt(t, "iat", nil, "exp", nil), "", "invalid_token trusted"},
		"for somebody else":                    {published, "Bearer " + jwt(t, "aud", "other"), during, "invalid_token trusted"},
		"without the scope":                    {published, "Bearer " + jwt(t, "scope", "openid"), during, "insufficient_scope trusted"},
		"of another type":                      {published, "Bearer " + jwt(t, "typ", "JWE"), during, "invalid_token trusted"},
		"of another issuer":                    {published, "Bearer " + jwt(t, "iss", "https://other.example.com"), during, "invalid_token checked"},
		"signed with what is not accepted":     {published, "Bearer " + jwt(t, "alg", "RS512"), during, "invalid_token checked"},
		"not signed":                           {published, "Bearer " + jwt(t, "alg", "none"), during, "invalid_token checked"},
		"opaque, and nobody knows it":          {published, "Bearer abc", during, "invalid_token checked"},
		"opaque, and known":                    {static("abc"), "Bearer abc", during, "admitted checked"},
		"opaque, and somebody could be asked":  {introspection, "Bearer abc", during, "admitted assumed"},
		"JWT that somebody could be asked of":  {introspection, "Bearer " + jwt(t), during, "admitted trusted"},
		"the same without the scope":           {introspection, "Bearer " + jwt(t, "scope", "x"), during, "insufficient_scope trusted"},
		"the issuer shares a secret":           {shared, "Bearer " + jwt(t, "alg", "HS256"), during, "invalid_token checked"},
		"bound, without a proof":               {published, "DPoP " + jwt(t, "cnf", bound), during, "invalid_dpop_proof trusted"},
		"bound to a certificate":               {published, "Bearer " + jwt(t, "cnf", map[string]any{"x5t#S256": digest}), during, "admitted trusted"},
		"bound, as the route asks":             {require, "Bearer " + jwt(t, "cnf", map[string]any{"x5t#S256": digest}), during, "admitted trusted"},
		"not bound, though the route asks":     {require, "Bearer " + jwt(t), during, "invalid_token trusted"},
		"bound to a key, but sent as a Bearer": {published, "Bearer " + jwt(t, "cnf", bound), during, "invalid_token checked"},
		"masked by stars":                      {published, "Bearer ****", during, "admitted assumed"},
		"masked by a word":                     {published, "[REDACTED]", during, "admitted assumed"},
		"none":                                 {published, "", during, "token_missing checked"},
	} {
		t.Run(name, func(t *testing.T) {
			r := update(test.authorization, info(map[string]any{"Model": "X"}))
			r.Time = test.time
			got := verdictOf(run(t, replay.Options{Policy: parse(t, test.policy), Workers: 1}, "log", lines(t, r)))
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestABoundTokenWithAProofIsTrusted(t *testing.T) {
	r := update("", info(map[string]any{"Model": "X"}))
	r.Headers = map[string]string{"Content-Type": "application/json", "DPoP": "recorded",
		"Authorization": "DPoP " + jwt(t, "cnf", map[string]any{"jkt": strings.Repeat("A", 43)})}
	if got := verdictOf(run(t, replay.Options{Policy: parse(t, published)}, "log", lines(t, r))); got != "admitted trusted" {
		t.Error(got)
	}
}

func TestTokensCanBeTrustedOrAssumed(t *testing.T) {
	stale := update("Bearer "+jwt(t, "alg", "HS256"), info(map[string]any{"Model": "X"}))
	stale.Time = during
	claimed := record{Method: "PUT", Path: conversation, Claims: map[string]any{"scope": "openid"}}
	timeless := strings.Replace(published, `, "maxAge": "1h"`, "", 1)
	bare := record{Method: "PUT", Path: conversation, Body: info(map[string]any{"Model": "X"})}
	for name, test := range map[string]struct {
		policy string
		record record
		tokens string
		claims map[string]any
		want   string
	}{
		"a secret that was another then": {shared, stale, replay.TokensTrust, nil, "admitted trusted"},
		"assumed":                        {shared, stale, replay.TokensAssume, nil, "admitted assumed"},
		"assumed where there is none":    {published, update("", info(map[string]any{"Model": "X"})), replay.TokensAssume, nil, "admitted assumed"},
		"no header in the log":           {published, bare, replay.TokensAuto, nil, "admitted assumed"},
		"claims in the log":              {timeless, claimed, replay.TokensAuto, nil, "insufficient_scope trusted"},
		"claims for all":                 {shared, stale, replay.TokensAuto, map[string]any{"scope": "SalesIQ.conversations.UPDATE"}, "admitted given"},
		"claims without the scope":       {published, bare, replay.TokensAuto, map[string]any{"scope": "x"}, "insufficient_scope given"},
		"claims of a stranger":           {published, bare, replay.TokensAuto, map[string]any{"iss": "https://other.example.com"}, "invalid_token given"},
		"claims, and introspection":      {introspection, bare, replay.TokensAuto, map[string]any{"scope": "SalesIQ.conversations.UPDATE"}, "admitted given"},
	} {
		t.Run(name, func(t *testing.T) {
			options := replay.Options{Policy: parse(t, test.policy), Tokens: test.tokens, Claims: test.claims}
			if got := verdictOf(run(t, options, "log", lines(t, test.record))); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
