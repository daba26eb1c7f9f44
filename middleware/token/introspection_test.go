package token_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// odd is a client whose id and secret cannot go into a header as they are.
const oddID, oddSecret = "gate:1 é", "s+ %&=:ü"

func TestIntrospectionRequest(t *testing.T) {
	for auth, c := range map[string]struct {
		authorization, id, secret string
	}{
		"basic": {authorization: "Basic Z2F0ZSUzQTErJUMzJUE5OnMlMkIrJTI1JTI2JTNEJTNBJUMzJUJD"},
		"post":  {id: oddID, secret: oddSecret},
	} {
		e := newEndpoint(t)
		e.says(active(nil))
		p := e.policy()
		p.ClientID, p.ClientSecret, p.Auth = oddID, oddSecret, auth
		mustVerify(t, introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}}), "opaque+/==", noon)
		q := e.questions()[0]
		if q.method != http.MethodPost || q.header.Get("Content-Type") != "application/x-www-form-urlencoded" ||
			q.header.Get("Accept") != "application/json" || q.header["Idempotency-Key"] != nil {
			t.Errorf("%s: %s with %v", auth, q.method, q.header)
		}
		if q.form.Get("token") != "opaque+/==" || q.form.Get("token_type_hint") != "access_token" {
			t.Errorf("%s: the form is %v", auth, q.form)
		}
		if q.authorization != c.authorization || q.form.Get("client_id") != c.id || q.form.Get("client_secret") != c.secret {
			t.Errorf("%s: %q, the form is %v", auth, q.authorization, q.form)
		}
	}
}

func TestIntrospectionClaims(t *testing.T) {
	end := noon.Add(time.Hour)
	for name, c := range map[string]struct {
		changes map[string]any
		want    token.Claims
	}{
		"scope is a string": {nil, token.Claims{Subject: "crm", ClientID: "app", Scopes: []string{"a", "b"}}},
		"scope is a list":   {map[string]any{"scope": []any{"a", "b c"}}, token.Claims{Subject: "crm", ClientID: "app", Scopes: []string{"a", "b", "c"}}},
		"nothing but active": {
			map[string]any{"sub": "", "client_id": "", "scope": ""}, token.Claims{},
		},
		"username for sub": {map[string]any{"sub": "", "username": "ann"}, token.Claims{Subject: "ann", ClientID: "app", Scopes: []string{"a", "b"}}},
		"sub and username": {map[string]any{"username": "ann"}, token.Claims{Subject: "crm", ClientID: "app", Scopes: []string{"a", "b"}}},
		"iss and exp": {
			map[string]any{"iss": "https://idp.example.com", "exp": end.Unix(), "iat": noon.Unix(), "nbf": noon.Unix(), "token_type": "bearer"},
			token.Claims{Subject: "crm", ClientID: "app", Issuer: "https://idp.example.com", Scopes: []string{"a", "b"}, Expiry: end},
		},
	} {
		e := newEndpoint(t)
		e.says(active(c.changes))
		v := e.verifier(t)
		for i := 0; i < 2; i++ { // the second time it is remembered
			claims, err := verify(v, "opaque", noon)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := *claims
			if got.Kind != token.KindIntrospected || got.Remembered != (i == 1) {
				t.Errorf("%s, time %d: kind %q, remembered %v", name, i, got.Kind, got.Remembered)
			}
			got.Expiry, got.Kind, got.Remembered = got.Expiry.UTC(), "", false
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: %+v, want %+v", name, got, c.want)
			}
		}
		wantAsked(t, e, 1)
	}
}

func TestIntrospectionVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		answer map[string]any
		want   error
	}{
		"not active":             {map[string]any{"active": false}, token.ErrInactive},
		"not active, with scope": {active(map[string]any{"active": false}), token.ErrInactive},
		"active is a text":       {active(map[string]any{"active": "true"}), token.ErrUnavailable},
		"active is a number":     {active(map[string]any{"active": 1}), token.ErrUnavailable},
		"active is null":         {active(map[string]any{"active": nil}), token.ErrUnavailable},
		"active is missing":      {map[string]any{"sub": "crm", "scope": "a"}, token.ErrUnavailable},
		"Active":                 {map[string]any{"Active": true, "sub": "crm"}, token.ErrUnavailable},
		"an error":               {map[string]any{"error": "invalid_client"}, token.ErrUnavailable},
		"scope is an object":     {active(map[string]any{"scope": map[string]any{}}), token.ErrClaims},
		"sub is a number":        {active(map[string]any{"sub": 5}), token.ErrClaims},
		"username is a list":     {active(map[string]any{"username": []any{}}), token.ErrClaims},
		"exp is a text":          {active(map[string]any{"exp": "1"}), token.ErrClaims},
		"exp is now":             {active(map[string]any{"exp": noon.Unix()}), token.ErrExpired},
		"nbf to come":            {active(map[string]any{"nbf": noon.Add(31 * time.Second).Unix()}), token.ErrNotYetValid},
		"iss of another":         {active(map[string]any{"iss": "https://evil.example.com"}), token.ErrIssuer},
		"iss is a number":        {active(map[string]any{"iss": 1}), token.ErrClaims},
		"aud of another":         {active(map[string]any{"aud": "other"}), token.ErrAudience},
		"aud is missing":         {active(map[string]any{"aud": []any{}}), token.ErrAudience},
		"a refresh token":        {active(map[string]any{"token_type": "Refresh"}), token.ErrType},
		"used for refreshing":    {active(map[string]any{"token_use": "refresh_token"}), token.ErrType},
		"token_type is a list":   {active(map[string]any{"token_type": []any{"Bearer"}}), token.ErrType},
		"good":                   {active(map[string]any{"iss": "https://idp.example.com"}), nil},
		"good without iss":       {active(map[string]any{"aud": []any{"x", "api"}, "token_type": "N_A"}), nil},
		"good and bound":         {active(map[string]any{"token_type": "DPoP", "token_use": "access_token", "cnf": map[string]any{"jkt": strings.Repeat("A", 43)}}), nil},
		"bound to nothing":       {active(map[string]any{"token_type": "DPoP"}), token.ErrType},
		"iat just to come":       {active(map[string]any{"iat": noon.Add(29 * time.Second).Unix()}), nil},
	} {
		if _, there := c.answer["aud"]; !there {
			c.answer["aud"] = "api"
		}
		e := newEndpoint(t)
		e.says(c.answer)
		p := e.policy()
		p.Issuer, p.Audiences = "https://idp.example.com", []string{"api"}
		claims, err := verify(introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}}), "opaque", noon)
		if !errors.Is(err, c.want) || (err == nil) != (claims != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if claims != nil && claims.Issuer != p.Issuer {
			t.Errorf("%s: the issuer is %q", name, claims.Issuer)
		}
	}
}

func TestUnusableAnswers(t *testing.T) {
	good := `{"active":true,"sub":"crm","scope":"a"}`
	for name, answer := range map[string]http.HandlerFunc{
		"declined":       status(http.StatusBadRequest, good),
		"not authorized": status(http.StatusUnauthorized, good),
		"forbidden":      status(http.StatusForbidden, good),
		"not found":      status(http.StatusNotFound, good),
		"created":        status(http.StatusCreated, good),
		"broken":         status(http.StatusInternalServerError, good),
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
		},
		"huge":             status(http.StatusOK, good+strings.Repeat(" ", 64<<10)),
		"not JSON":         status(http.StatusOK, "<html>"),
		"empty":            status(http.StatusOK, ""),
		"a list":           status(http.StatusOK, "["+good+"]"),
		"null":             status(http.StatusOK, "null"),
		"cut off":          status(http.StatusOK, good[:len(good)-1]),
		"more behind":      status(http.StatusOK, good+"{}"),
		"active twice":     status(http.StatusOK, `{"active":false,"active":true}`),
		"in another guise": status(http.StatusOK, `{"active":false,"\u0061ctive":true}`),
		"not UTF-8":        status(http.StatusOK, "{\"active\":true,\"sub\":\"\xff\"}"),
		"half an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = fmt.Fprint(w, good)
		},
	} {
		e := newEndpoint(t)
		e.script(answer)
		v := e.verifier(t)
		for i := 1; i <= 2; i++ { // nothing of it is remembered
			wantError(t, v, "opaque", noon, token.ErrUnavailable)
			if len(e.questions()) != i {
				t.Errorf("%s: asked %d times, want %d", name, len(e.questions()), i)
			}
		}
	}
}

// status answers with a status and a body.
func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = fmt.Fprint(w, body)
	}
}

func TestOutageSaysNeitherTokenNorSecret(t *testing.T) {
	e := newEndpoint(t)
	e.fails()
	_, err := verify(e.verifier(t), "opaque", noon)
	if err == nil || strings.Contains(err.Error(), "opaque") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

// TestTimeout holds the endpoint to the time that the policy gives it.
func TestTimeout(t *testing.T) {
	e := newEndpoint(t)
	e.script(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }) // until the gate hangs up
	p := e.policy()
	p.Timeout = "10ms"
	wantError(t, introspecting(t, policy.Policy{Introspection: []policy.Introspection{p}}), "opaque", noon, token.ErrUnavailable)
}

// TestWhoMayLeaveAnIntrospection shows that a caller who gives up does not wait, and that
// the question goes on for the others.
func TestWhoMayLeaveAnIntrospection(t *testing.T) {
	e := newEndpoint(t)
	arrived, proceed := make(chan struct{}), make(chan struct{})
	e.script(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-proceed
		_, _ = fmt.Fprint(w, `{"active":true}`)
	})
	v := e.verifier(t)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := token.Verify(ctx, v, "opaque", noon); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("a caller that left: %v", err)
	}
	close(proceed)
	mustVerify(t, v, "opaque", noon)
	wantAsked(t, e, 1)
}

func TestWhoIsAsked(t *testing.T) {
	s := newSigner(t, "ES256", "k")
	is := newIssuer(t, s.jwk())
	issuers := []policy.Issuer{{Issuer: is.URL, Audiences: []string{"api"}, JWKSURL: is.URL}}
	static := []policy.StaticToken{{SHA256: "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0", Subject: "static"}} // "token"
	local := s.token(t, is.URL, nil)
	foreign := s.token(t, "https://other.example.com", nil)
	crit := b64([]byte(`{"alg":"ES256","crit":["x"],"x":1}`)) + local[strings.Index(local, "."):]
	padded := b64([]byte("{ \n\"alg\":\"ES256\",\"kid\":\"k\"}")) + local[strings.Index(local, "."):]
	for name, c := range map[string]struct {
		introspect, raw string
		want            error
		subject         string
		asked           int
	}{
		"a static token":                        {"", "token", nil, "static", 0},
		"a static token, first":                 {"first", "token", nil, "static", 0},
		"an opaque token":                       {"fallback", "opaque", nil, "asked", 1},
		"an opaque token with dots":             {"", "eyes.on.it", nil, "asked", 1},
		"a JWT of a listed issuer":              {"", local, nil, "crm", 0},
		"a bad JWT of a listed issuer":          {"", local[:len(local)-8] + "AAAAAAAA", token.ErrSignature, "", 0},
		"an odd JWT of a listed issuer":         {"", crit, token.ErrMalformed, "", 0},
		"a JWT with space in its header":        {"", padded, token.ErrSignature, "", 0},
		"a JWT that is not canonical":           {"", local + "=", token.ErrMalformed, "", 0},
		"a JWT of another issuer":               {"", foreign, nil, "asked", 1},
		"a JWT of a listed issuer, first":       {"first", local, nil, "asked", 1},
		"a JWT of another issuer, first":        {"first", foreign, nil, "asked", 1},
		"an expired JWT of an issuer, fallback": {"", s.token(t, is.URL, map[string]any{"exp": 1}), token.ErrExpired, "", 0},
	} {
		e := newEndpoint(t)
		e.says(active(map[string]any{"sub": "asked"}))
		v := introspecting(t, policy.Policy{
			Issuers: issuers, StaticTokens: static, Introspection: []policy.Introspection{e.policy()}, Introspect: c.introspect,
		})
		claims, err := verify(v, c.raw, noon)
		if !errors.Is(err, c.want) || (claims != nil && claims.Subject != c.subject) || (claims == nil && err == nil) {
			t.Errorf("%s: %+v, %v", name, claims, err)
		}
		if got := len(e.questions()); got != c.asked {
			t.Errorf("%s: asked %d times, want %d", name, got, c.asked)
		}
	}
}

func TestSeveralEndpoints(t *testing.T) {
	inactive := map[string]any{"active": false}
	for name, c := range map[string]struct {
		first, second map[string]any // nil: an outage
		want          error
		subject       string
		asked         []int
	}{
		"the first knows it":       {active(map[string]any{"sub": "1"}), active(map[string]any{"sub": "2"}), nil, "1", []int{1, 0}},
		"the second knows it":      {inactive, active(map[string]any{"sub": "2"}), nil, "2", []int{1, 1}},
		"none knows it":            {inactive, inactive, token.ErrInactive, "", []int{1, 1}},
		"the first is away":        {nil, active(map[string]any{"sub": "2"}), nil, "2", []int{1, 1}},
		"away, and not known":      {nil, inactive, token.ErrUnavailable, "", []int{1, 1}},
		"not known, and away":      {inactive, nil, token.ErrUnavailable, "", []int{1, 1}},
		"expired, and away":        {active(map[string]any{"exp": 1}), nil, token.ErrUnavailable, "", []int{1, 1}},
		"not good here, but there": {active(map[string]any{"exp": 1}), active(map[string]any{"sub": "2"}), nil, "2", []int{1, 1}},
		"expired, and not known":   {active(map[string]any{"exp": 1}), inactive, token.ErrExpired, "", []int{1, 1}},
		"not known, and expired":   {inactive, active(map[string]any{"exp": 1}), token.ErrExpired, "", []int{1, 1}},
	} {
		first, second := newEndpoint(t), newEndpoint(t)
		for e, answer := range map[*endpoint]map[string]any{first: c.first, second: c.second} {
			if answer == nil {
				e.fails()
			} else {
				e.says(answer)
			}
		}
		v := introspecting(t, policy.Policy{Introspection: []policy.Introspection{first.policy(), second.policy()}})
		claims, err := verify(v, "opaque", noon)
		if !errors.Is(err, c.want) || (claims != nil && claims.Subject != c.subject) || (claims == nil && err == nil) {
			t.Errorf("%s: %+v, %v", name, claims, err)
		}
		if got := []int{len(first.questions()), len(second.questions())}; !reflect.DeepEqual(got, c.asked) {
			t.Errorf("%s: asked %v, want %v", name, got, c.asked)
		}
	}
}
