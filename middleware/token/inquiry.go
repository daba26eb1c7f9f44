package token

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// maxAnswer is the largest introspection answer, in bytes.
const maxAnswer = 64 << 10

// askAll asks the endpoints in order until one accepts the token, and says how long the
// answer may be remembered. If none accepts it, the error is ErrUnavailable when one of
// them could not say, or else the first that is more than ErrInactive.
func askAll(endpoints []*endpoint, raw string, now time.Time) (*Claims, time.Duration, error) {
	verdict := ErrInactive
	inactiveFor := maxCacheFor
	for _, e := range endpoints {
		claims, err := ask(e, raw, now)
		if err == nil {
			return claims, e.cacheFor, nil
		}
		if errors.Is(verdict, ErrInactive) || (errors.Is(err, ErrUnavailable) && !errors.Is(verdict, ErrUnavailable)) {
			verdict = err
		}
		if e.inactiveFor < inactiveFor {
			inactiveFor = e.inactiveFor
		}
	}
	return nil, inactiveFor, verdict
}

// ask asks one endpoint. Whatever keeps it from saying something about the token is
// ErrUnavailable, with the reason, which does not hold the token.
func ask(e *endpoint, raw string, now time.Time) (*Claims, error) {
	password, err := readSecret(e.client.secret, now)
	if err != nil {
		return nil, unavailable(e.url, err)
	}
	probe, may := enter(e.breaker, now)
	if !may {
		return nil, unavailable(e.url, errors.New("it is not asked for a while, after failures, or has too many questions open"))
	}
	began := time.Now()
	body, said, err := inquire(e, password, raw)
	leave(e.breaker, probe, err == nil || errors.Is(err, errDeclined), now.Add(time.Since(began)))
	if err != nil {
		return nil, unavailable(e.url, err)
	}
	claims, err := judge(e, said, now)
	if err == nil {
		claims.Named = named(e.terms.names, string(body))
	}
	return claims, err
}

// unavailable is ErrUnavailable, with who or what could not be asked, and why if that is known.
func unavailable(what string, reason error) error {
	if reason == nil {
		return ErrUnavailable
	}
	return fmt.Errorf("%w: %s: %v", ErrUnavailable, what, reason)
}

// inquire sends the question of RFC 7662, section 2.1, and reads the answer of section
// 2.2: a JSON object whose active is a boolean. It returns it as it was written, too.
func inquire(e *endpoint, password, raw string) ([]byte, map[string]any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), e.timeout)
	defer cancel()
	form := url.Values{"token": {raw}, "token_type_hint": {"access_token"}}
	request, err := formRequest(ctx, e.client, password, e.url, form)
	if err != nil {
		return nil, nil, err
	}
	request.Header["Idempotency-Key"] = nil // not sent; lets net/http repeat it when a kept connection was closed
	body, _, err := exchange(request, maxAnswer)
	if err != nil {
		return nil, nil, err
	}
	said, ok := jsondoc.DecodeObject(body, jsonDepth)
	if _, boolean := said["active"].(bool); !ok || !boolean {
		return nil, nil, errors.New("the answer is not a JSON object with a boolean named active")
	}
	return body, said, nil
}

// judge holds an answer against what the policy asks for.
func judge(e *endpoint, said map[string]any, now time.Time) (*Claims, error) {
	if active, _ := said["active"].(bool); !active {
		return nil, ErrInactive
	}
	name, okName := text(said, "iss")
	user, okUser := text(said, "username")
	if !okName || !okUser {
		return nil, ErrClaims
	}
	if e.issuer != "" && name != "" && name != e.issuer {
		return nil, ErrIssuer
	}
	if !isAccessToken(said) {
		return nil, ErrType
	}
	claims, err := claimsOf(&e.terms, said, now)
	if err != nil {
		return nil, err
	}
	claims.Issuer = orText(e.issuer, name)
	claims.Subject = orText(claims.Subject, user)
	claims.Kind = KindIntrospected
	return claims, nil
}

// isAccessToken refuses what is active and is not there to call an API with: servers tell
// about refresh and ID tokens too. token_type is RFC 6749, section 5.1, with N_A for none
// as in RFC 8693, section 2.2.1; token_use is what some servers say beside it. A DPoP token
// must say to which key it is bound (RFC 9449, section 6.2), or it would pass for a bearer
// token.
func isAccessToken(said map[string]any) bool {
	kind, okKind := text(said, "token_type")
	use, okUse := text(said, "token_use")
	_, bound := said["cnf"]
	kind = strings.ToLower(kind)
	return okKind && okUse &&
		(kind == "" || kind == "bearer" || (kind == "dpop" && bound) || kind == "n_a") &&
		(use == "" || use == "access_token" || use == "access")
}
