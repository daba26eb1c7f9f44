//go:build !yaegi
// +build !yaegi

package token_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/token"
)

func TestTheStateOfAKeySet(t *testing.T) {
	s := newSigner(t, "EdDSA", "k")
	is := newIssuer(t, s.jwk())
	v := is.verifier(t)
	if sets := token.StateOf(v, noon).KeySets; len(sets) != 1 || sets[0] != (token.KeySetState{Issuer: is.URL}) {
		t.Errorf("at first %+v", sets)
	}
	mustVerify(t, v, s.token(t, is.URL, nil), noon)
	if sets := token.StateOf(v, noon).KeySets; sets[0].Failing || !sets[0].Fetched.Equal(noon) {
		t.Errorf("fetched %+v", sets)
	}
	if verified, _ := token.Remembered(); token.StateOf(v, noon).Verified != verified || verified == 0 {
		t.Errorf("%d remembered", verified)
	}
	is.script(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	later := noon.Add(10 * time.Minute)
	mustVerify(t, v, s.token(t, is.URL, map[string]any{"jti": "2"}), later)
	if sets := token.StateOf(v, later).KeySets; !sets[0].Failing || !sets[0].Fetched.Equal(noon) {
		t.Errorf("the issuer is away: %+v", sets)
	}
}

func TestTheStateOfABreaker(t *testing.T) {
	e := newEndpoint(t)
	v := e.verifier(t)
	at := func(now time.Time) token.EndpointState { return token.StateOf(v, now).Endpoints[0] }
	if got := at(noon); got != (token.EndpointState{URL: e.policy().URL, Breaker: "closed"}) {
		t.Errorf("at first %+v", got)
	}
	trip(t, e, v)
	if got := at(noon.Add(5 * time.Second)); got.Breaker != "open" {
		t.Errorf("after failures %+v", got)
	}
	if got := at(noon.Add(time.Hour)); got.Breaker != "half-open" {
		t.Errorf("after the break %+v", got)
	}
	e.says(active(nil))
	mustVerify(t, v, "opaque", noon.Add(time.Hour))
	if got := at(noon.Add(time.Hour)); got.Breaker != "closed" {
		t.Errorf("after an answer %+v", got)
	}
}
