package e2e

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestFirstTokensInterpreted sends the plugin tokens that it has not seen before, when it
// knows their header: good ones, and such as differ from one in what the short way asks of
// them. It holds the answers against those of a gate that has no short way, since it looks
// for card numbers: that a claim is missing, or something else, must not be a panic or a pass
// in the interpreter.
func TestFirstTokensInterpreted(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	short := firstHandler(t, pinnedKey(t, key), "")
	whole := firstHandler(t, pinnedKey(t, key), `, "sensitive": ["PAN"]`)
	const header = `{"alg":"EdDSA"}`
	const good = `{"iss":"https://idp.example.com","aud":"a","exp":4102444800,"scope":"SalesIQ.conversations.UPDATE"}`
	digest := encode(make([]byte, 32))
	serve(t, short, withToken(signText(t, key, header, good)), http.StatusNoContent)
	tokens := []string{signText(t, key, header, good) + "A", signText(t, key, header, good+"}"), "a.b.c", "e..", "opaque", signText(t, key, `{"alg":"none"}`, good), signText(t, key, `{"alg":"EdDSA","crit":[]}`, good)}
	wrong := signText(t, key, header, good)
	tokens = append(tokens, wrong[:len(wrong)-9]+"A"+wrong[len(wrong)-8:], strings.Replace(wrong, ".", ".e", 1), strings.Replace(wrong, ".", "\n.", 1), " "+wrong, wrong+" ", wrong+"=")
	for _, name := range []string{"iss", "aud", "exp", "nbf", "iat", "scope", "scp", "sub", "client_id", "azp", "cnf"} {
		for _, value := range []string{
			`null`, `true`, `0`, `-1`, `1`, `1.5`, `1e999`, `1e18`, `253402300800`, `4102444799`, `""`, `"a"`, `"\u0061"`, `"\ud800"`, "\"\xff\"", `[]`, `["a"]`, `["x","a"]`, `["a",1]`, `[null]`,
			`{}`, `{"a":{"b":[1]}}`, `{"a":1,"a":1}`, `{"jkt":"` + digest + `"}`, `"SalesIQ.conversations.UPDATE x"`, `["SalesIQ.conversations.UPDATE"]`, strings.Repeat("[", 16) + strings.Repeat("]", 16),
		} {
			again := strings.TrimSuffix(good, "}") + `,"` + name + `":` + value + "}"
			tokens = append(tokens, signText(t, key, header, again), signText(t, key, header, strings.Replace(again, `"`+name+`"`, `"x`+name+`"`, 1)))
		}
	}
	admitted := 0
	for _, token := range tokens {
		for i := 0; i < 2; i++ { // the second time the caller may be known
			got, want := answerTo(short, token), answerTo(whole, token)
			if got != want {
				t.Errorf("%s: answered %d, the whole way %d", token, got, want)
			}
			if got == http.StatusNoContent {
				admitted++
			}
		}
	}
	if admitted < 100 {
		t.Errorf("%d requests were admitted: the tokens are not what they should be", admitted)
	}
}

func answerTo(handler http.Handler, token string) int {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, withToken(token))
	return w.Code
}

// TestFirstTokensAtOnceInterpreted sends many new tokens at once, before the issuer was asked
// for its keys and after: it is asked once, and all who are good are admitted.
func TestFirstTokensAtOnceInterpreted(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	var asked atomic.Int64
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprintf(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":%q}]}`, encode(key.Public().(ed25519.PublicKey)))
	}))
	t.Cleanup(issuer.Close)
	handler := firstHandler(t, `"jwksURL": "`+issuer.URL+`"`, "")
	var callers sync.WaitGroup
	for i := 0; i < 40; i++ {
		good, bad := signFirst(t, "EdDSA", key, i), signFirst(t, "EdDSA", key, i)
		bad = strings.Replace(bad, ".", ".e", 1)
		callers.Add(1)
		go func() {
			defer callers.Done()
			for i := 0; i < 3; i++ {
				if got := answerTo(handler, good); got != http.StatusNoContent {
					t.Errorf("a good token: answered %d", got)
				}
				if got := answerTo(handler, bad); got != http.StatusUnauthorized {
					t.Errorf("a bad token: answered %d", got)
				}
			}
		}()
	}
	callers.Wait()
	if asked.Load() != 1 {
		t.Errorf("the issuer was asked %d times, want once", asked.Load())
	}
}
