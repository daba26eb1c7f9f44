package middleware_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// vouching is a policy, and how its issuer signs.
type vouching struct {
	policy policy.Policy
	header string
	sign   func(message string) []byte
}

const firstIssuer = "https://idp.example.com"

// vouchings are issuers with pinned and published keys, with a secret, with a limit of age
// and claims for scopes that lie deeper, and one beside static tokens.
func vouchings(t testing.TB) map[string]vouching {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": encode(key.Public().(ed25519.PublicKey))}
	pinned, _ := json.Marshal(jwk)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{jwk, map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": "other", "x": jwk["x"]}}})
	}))
	t.Cleanup(server.Close)
	secret := strings.Repeat("s", 32)
	signEd := func(message string) []byte { return ed25519.Sign(key, []byte(message)) }
	signHMAC := func(message string) []byte {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(message))
		return mac.Sum(nil)
	}
	issuer := policy.Issuer{Issuer: firstIssuer, Audiences: []string{"a", "b"}}
	all := map[string]vouching{}
	add := func(name string, change func(*policy.Policy), header string, sign func(string) []byte) {
		p := policy.Policy{Issuers: []policy.Issuer{issuer}}
		change(&p)
		all[name] = vouching{p, header, sign}
	}
	ed := `{"alg":"EdDSA","kid":"k"}`
	add("pinned", func(p *policy.Policy) { p.Issuers[0].Keys = []string{string(pinned)} }, ed, signEd)
	add("published", func(p *policy.Policy) { p.Issuers[0].JWKSURL = server.URL }, ed, signEd)
	add("secret", func(p *policy.Policy) { p.Issuers[0].Secret = secret }, `{"alg":"HS256"}`, signHMAC)
	add("age", func(p *policy.Policy) {
		p.Issuers[0].Keys = []string{string(pinned)}
		p.Issuers[0].MaxAge = "1h"
		p.Issuers[0].Leeway = "0s"
		p.Issuers[0].ScopeClaims = []string{"realm_access.roles", "scope", "a.b.c"}
	}, ed, signEd)
	add("static", func(p *policy.Policy) {
		p.Issuers[0].Keys = []string{string(pinned)}
		p.StaticTokens = exampleTokens()
	}, ed, signEd)
	return all
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (v vouching) token(header, claims string) string {
	message := encode([]byte(header)) + "." + encode([]byte(claims))
	return message + "." + encode(v.sign(message))
}

// claims are good ones, with a member for each change; a change "name" alone leaves it out.
func claims(number int, changes ...string) string {
	now := time.Now().Unix()
	members := []string{
		fmt.Sprintf(`"iss":%q`, firstIssuer), `"aud":"a"`, fmt.Sprint(`"exp":`, now+3600), fmt.Sprint(`"iat":`, now-10),
		`"scope":"SalesIQ.conversations.UPDATE"`, `"sub":"s"`, fmt.Sprintf(`"jti":"%d"`, number),
	}
	for _, change := range changes {
		name, _, valued := strings.Cut(change, ":")
		found := false
		for i := range members {
			if strings.HasPrefix(members[i], name+":") {
				found = true
				members[i] = change
				if !valued {
					members = append(members[:i], members[i+1:]...)
				}
				break
			}
		}
		if !found {
			members = append(members, change)
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// oddClaims are changes of good claims: some leave them good.
func oddClaims() []string {
	now := time.Now().Unix()
	var odd []string
	for _, name := range []string{"iss", "aud", "exp", "iat", "nbf", "scope", "scp", "sub", "client_id", "azp", "cnf", "realm_access", "a"} {
		odd = append(odd, `"`+name+`"`, `"`+strings.ToUpper(name)+`":"x"`, `"`+name+` ":"x"`)
		for _, value := range []string{
			`null`, `true`, `0`, `-1`, `1.5`, `1e3`, `1e999`, `1e18`, `253402300799`, `253402300800`, `""`, `"x"`, `" "`, `"a"`, `"a\u0062"`, `"\u0061"`,
			`"\ud800"`, "\"\xff\"", "\"\x7f\"", `[]`, `["a"]`, `["x","b"]`, `["a",1]`, `[null]`, `[["a"]]`, `{}`, `{"a":"b"}`, `{"a":1,"a":1}`,
			`{"roles":["SalesIQ.conversations.UPDATE"]}`, `{"roles":"x"}`, `{"roles":["a"],"roles":["SalesIQ.conversations.UPDATE"]}`,
			`{"b":{"c":"SalesIQ.conversations.UPDATE"}}`, `{"jkt":"` + encode(make([]byte, 32)) + `"}`, `{"x5t#S256":"` + encode(make([]byte, 32)) + `"}`,
			`"` + firstIssuer + `"`, `"https:\/\/idp.example.com"`, `"SalesIQ.conversations.UPDATE x"`, `"salesiq.conversations.all"`, `"x,conversations.update"`,
			`["SalesIQ.conversations.UPDATE"]`, `["x SalesIQ.conversations.UPDATE"]`, strings.Repeat("[", 14) + strings.Repeat("]", 14), strings.Repeat("[", 16) + strings.Repeat("]", 16),
			fmt.Sprint(now - 15), fmt.Sprint(now - 45), fmt.Sprint(now + 15), fmt.Sprint(now + 45), fmt.Sprint(now-3700) + ".5", fmt.Sprint(now + 9999), `"` + fmt.Sprint(now+99) + `"`,
		} {
			odd = append(odd, `"`+name+`":`+value)
		}
	}
	return odd
}

// oddHeaders are headers, some of them good.
func oddHeaders(good string) []string {
	headers := []string{
		good, " " + good, strings.Replace(good, ",", " ,\n", 1), `{"alg":"EdDSA"}`, `{"kid":"k"}`, `{}`, `[]`, `null`, `{"alg":"none","kid":"k"}`, `{"alg":"HS256","kid":"k"}`,
		`{"alg":"RS256","kid":"k"}`, `{"alg":"ES256","kid":"k"}`, `{"alg":"eddsa","kid":"k"}`, `{"alg":["EdDSA"],"kid":"k"}`, `{"alg":"EdDSA","alg":"EdDSA","kid":"k"}`, `{"ALG":"EdDSA","kid":"k"}`,
		`{"alg":"EdDSA","kid":"other"}`, `{"alg":"EdDSA","kid":"x"}`, `{"alg":"EdDSA","kid":null}`, `{"alg":"EdDSA","kid":1}`, `{"alg":"EdDSA","kid":""}`, `{"alg":"EdDSA","kid":"\u006b"}`,
	}
	for _, member := range []string{
		`"typ":"JWT"`, `"typ":"at+jwt"`, `"typ":"application/AT+JWT"`, `"typ":"id+jwt"`, `"typ":null`, `"typ":"dpop+jwt"`, `"typ":1`, `"crit":[]`, `"crit":["b64"]`, `"b64":true`, `"jku":"x"`,
		`"jwk":{}`, `"x5u":"x"`, `"x5c":[]`, `"zip":"DEF"`, `"enc":"x"`, `"cty":"JWT"`, `"cty":"jwt"`, `"cty":"x"`, `"nonce":1`, `"x":1e999`, `"x":{"a":1,"a":1}`, `"x5t":"x"`,
	} {
		headers = append(headers, strings.TrimSuffix(good, "}")+","+member+"}")
	}
	return headers
}

// brokenTokens are tokens that are a little different from one that is good.
func (v vouching) brokenTokens(good string) []string {
	parts := strings.Split(good, ".")
	broken := []string{
		good + "=", good + ".", "." + good, strings.ReplaceAll(good, ".", ".."), good + "A", good[:len(good)-1], good[:len(good)-2], parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[2],
		parts[0] + "." + parts[1], parts[1] + "." + parts[0] + "." + parts[2], " " + good, good + " ", good + " x", good + "\n", parts[0] + "\n." + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "\r\n." + parts[2],
		parts[0] + "=." + parts[1] + "." + parts[2], strings.ReplaceAll(strings.ReplaceAll(good, "-", "+"), "_", "/"), "example", "token", "", strings.Repeat("e", 8<<10) + "." + parts[1] + "." + parts[2],
	}
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" { // all but one: another signature, or one that is not canonical
		broken = append(broken, good[:len(good)-1]+string(last))
	}
	for at := 0; at < len(good); at += 7 {
		broken = append(broken, good[:at]+"A"+good[at+1:], good[:at]+good[at+1:])
	}
	return broken
}

// TestFirstTokens sends some thousands of tokens that nobody has seen before to a gate that
// knows their header, and to one that always goes the whole way, and compares what comes of
// it. Each is sent again: then the first gate may know the caller.
func TestFirstTokens(t *testing.T) {
	for name, v := range vouchings(t) {
		t.Run(name, func(t *testing.T) {
			tw := newFirstTwin(t, v.policy)
			random := rand.New(rand.NewSource(1))
			good := claims(0)
			tw.send(t, "Bearer "+v.token(v.header, good))
			var tokens []string
			for i, header := range oddHeaders(v.header) {
				tokens = append(tokens, v.token(header, claims(3*i)), v.token(header, claims(3*i+1)), v.token(header, claims(3*i+2, `"scope":"x"`)))
			}
			odd := oddClaims()
			for i, change := range odd {
				tokens = append(tokens, v.token(v.header, claims(1000+i, change)), v.token(v.header, claims(3000+i, change, odd[random.Intn(len(odd))])))
				tokens = append(tokens, v.token(v.header, strings.TrimSuffix(claims(5000+i), "}")+","+change+"}"))
				tokens = append(tokens, v.token(v.header, string(mutated(random, []byte(claims(7000+i))))))
			}
			tokens = append(tokens, v.brokenTokens(v.token(v.header, good))...)
			for _, raw := range tokens {
				tw.send(t, "Bearer "+raw)
				tw.send(t, "Bearer "+raw)
			}
			for i, scheme := range []string{"bearer", "BEARER", "bEARER", "Zoho-oauthtoken", "zoho-oauthtoken", "DPoP", "dpop", "Basic", "", "Bearer ", " Bearer", "Bearer\t"} {
				tw.send(t, scheme+" "+v.token(v.header, claims(9000+i)))
			}
			t.Logf("%d tokens; %d requests were admitted, %d of them the short way", len(tokens), tw.admitted, tw.taken)
			if tw.admitted < 300 || (tw.taken > 0 && tw.taken < tw.admitted*9/10) {
				t.Error("hardly any was a usual one")
			}
		})
	}
}

// firstTwin is a twin that sees who goes the short way: it changes a request, and the way
// makes another one.
type firstTwin struct {
	*twin
	sent     *http.Request
	admitted int
	taken    int // the short way
}

func newFirstTwin(t *testing.T, p policy.Policy) *firstTwin {
	t.Helper()
	tw := &firstTwin{twin: newTwin(t, p)}
	nobody := func(*http.Request, middleware.Decision) {}
	gate, err := middleware.New(p, middleware.Options{OnRefusal: nobody})
	if err != nil {
		t.Fatal(err)
	}
	tw.short = gate.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		tw.admitted++
		if r == tw.sent {
			tw.taken++
		}
		tw.seen = sightOf(r)
	}))
	return tw
}

func (tw *firstTwin) send(t *testing.T, authorization string) {
	t.Helper()
	tw.compare(t, func() *http.Request {
		tw.sent = usual(`{"customer_info":{"Model":"x"}}`)
		tw.sent.Header["Authorization"] = []string{authorization}
		return tw.sent
	})
}
