package token

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Verifier verifies access tokens. It is built once, holds no connection and starts no
// goroutine until a token needs a key; it is safe for concurrent use.
type Verifier struct {
	space   string // sets apart what is remembered under this configuration
	issuers map[string]*issuer
	static  []staticToken
	names   []string // claims whose text is kept
}

type staticToken struct {
	digest []byte
	claims *Claims
}

// New compiles the issuers and static tokens of an expanded policy; what is wrong goes to ps.
func New(p policy.Policy, ps *policy.Problems) *Verifier {
	v := &Verifier{issuers: map[string]*issuer{}, space: spaceOf(p), names: namesOf(p)}
	ps.NotYet("introspection", len(p.Introspection) > 0)
	ps.NotYet("introspect", p.Introspect != "")
	if len(p.Issuers) == 0 && len(p.StaticTokens) == 0 {
		ps.Add("issuers", "required: nobody could vouch for a caller")
	}
	for i := range p.Issuers {
		path := "issuers[" + strconv.Itoa(i) + "]"
		if v.issuers[p.Issuers[i].Issuer] != nil {
			ps.Add(path+".issuer", "%q is there already", p.Issuers[i].Issuer)
		}
		v.issuers[p.Issuers[i].Issuer] = newIssuer(p.Issuers[i], path, ps)
	}
	for i := range p.StaticTokens {
		path := "staticTokens[" + strconv.Itoa(i) + "]"
		v.static = append(v.static, newStatic(p.StaticTokens[i], path, v.names, ps))
	}
	return v
}

// spaceOf is a digest of all that decides on a token, and on what is kept of it.
func spaceOf(p policy.Policy) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%q %q", p.Issuers, namesOf(p))))
	return string(sum[:])
}

func newStatic(p policy.StaticToken, path string, names []string, ps *policy.Problems) staticToken {
	sum, err := hex.DecodeString(p.SHA256)
	if err != nil || len(sum) != sha256.Size {
		ps.Add(path+".sha256", "must be a SHA-256 digest: 64 hex digits")
	}
	if p.Subject == "" {
		ps.Add(path+".subject", "required: decisions name it")
	}
	claims := &Claims{Subject: p.Subject, Scopes: p.Scopes}
	claims.Named = namedStatic(names, claims)
	return staticToken{digest: sum, claims: claims}
}

// Verify returns what a token says, or one of this package's errors. The result is shared
// and must not be changed. If ctx ends while the issuer is asked, ErrUnavailable.
func Verify(ctx context.Context, v *Verifier, raw string, now time.Time) (*Claims, error) {
	if claims := findStatic(v.static, raw); claims != nil {
		return claims, nil
	}
	if !looksLikeJWT(raw) {
		return nil, ErrUnknown
	}
	id := sha256.Sum256([]byte(v.space + raw))
	if found := recall(id, now); found != nil {
		return found, nil
	}
	return verifyJWT(ctx, v, raw, id, now)
}

func verifyJWT(ctx context.Context, v *Verifier, raw string, id [sha256.Size]byte, now time.Time) (*Claims, error) {
	t, err := parseJWT(raw)
	if err != nil {
		return nil, err
	}
	name, _ := text(t.claims, "iss")
	is := v.issuers[name]
	if is == nil || name == "" {
		return nil, ErrIssuer
	}
	claims, err := checkClaims(is, t, now)
	if err != nil {
		return nil, err
	}
	k, err := checkSignature(ctx, is, t, now)
	if err != nil {
		return nil, err
	}
	claims.Named = namedInJWT(v.names, raw)
	remember(id, &memory{claims: claims, until: claims.Expiry.Add(is.leeway), keys: is.remote, print: k.print})
	return claims, nil
}

// findStatic compares digests in constant time, so that an answer's time tells nothing.
func findStatic(static []staticToken, raw string) *Claims {
	if len(static) == 0 {
		return nil
	}
	sum := sha256.Sum256([]byte(raw))
	var found *Claims
	for i := range static {
		if subtle.ConstantTimeCompare(static[i].digest, sum[:]) == 1 {
			found = static[i].claims
		}
	}
	return found
}

// checkClaims does everything that needs no key, so that a token which is no good anyway
// cannot make us ask the issuer.
func checkClaims(is *issuer, t *jwt, now time.Time) (*Claims, error) {
	typ, ok := text(t.header, "typ")
	if !ok || !is.types[mediaType(typ)] {
		return nil, ErrType
	}
	expiry, err := checkTimes(is, t.claims, now)
	if err != nil {
		return nil, err
	}
	if !forUs(is, t.claims["aud"]) {
		return nil, ErrAudience
	}
	scopes, ok := scopesOf(is.scopeClaims, t.claims)
	if !ok {
		return nil, ErrClaims
	}
	subject, okSubject := text(t.claims, "sub")
	client, okClient := text(t.claims, "client_id")
	party, okParty := text(t.claims, "azp")
	if !okSubject || !okClient || !okParty {
		return nil, ErrClaims
	}
	if client == "" {
		client = party
	}
	return &Claims{Subject: subject, ClientID: client, Issuer: is.name, Scopes: scopes, Expiry: expiry}, nil
}

// checkTimes holds exp (required), nbf and iat against the clock (RFC 7519, section 4.1).
func checkTimes(is *issuer, claims map[string]any, now time.Time) (time.Time, error) {
	expiry, hasExpiry, okExpiry := date(claims, "exp")
	notBefore, _, okNotBefore := date(claims, "nbf")
	issued, hasIssued, okIssued := date(claims, "iat")
	switch {
	case !hasExpiry || !okExpiry || !okNotBefore || !okIssued || (is.maxAge > 0 && !hasIssued):
		return expiry, ErrClaims
	case !now.Before(expiry.Add(is.leeway)):
		return expiry, ErrExpired
	case is.maxAge > 0 && now.After(issued.Add(is.maxAge).Add(is.leeway)):
		return expiry, ErrExpired
	case now.Before(notBefore.Add(-is.leeway)) || now.Before(issued.Add(-is.leeway)):
		return expiry, ErrNotYetValid
	}
	if end := issued.Add(is.maxAge); is.maxAge > 0 && end.Before(expiry) {
		return end, nil
	}
	return expiry, nil
}

func forUs(is *issuer, aud any) bool {
	audiences, ok := list(aud)
	if !ok {
		return false
	}
	for _, a := range audiences {
		if is.audiences[a] {
			return true
		}
	}
	return false
}

// scopesOf collects the scopes of all scope claims that are there.
func scopesOf(names []string, claims map[string]any) ([]string, bool) {
	var scopes []string
	for _, name := range names {
		member, there := lookup(claims, name)
		if !there {
			continue
		}
		values, ok := list(member)
		if !ok {
			return nil, false
		}
		for _, value := range values {
			scopes = append(scopes, strings.Fields(value)...)
		}
	}
	return scopes, true
}

// checkSignature finds the key that signed the token.
func checkSignature(ctx context.Context, is *issuer, t *jwt, now time.Time) (*key, error) {
	name, _ := text(t.header, "alg")
	alg, accepted := is.algorithms[name]
	if !accepted {
		return nil, ErrAlgorithm
	}
	kid, ok := text(t.header, "kid")
	if !ok {
		return nil, ErrMalformed
	}
	keys := is.pinned
	if is.remote != nil {
		var err error
		if keys, err = keysFor(ctx, is.remote, kid, alg, now); err != nil {
			return nil, err
		}
	}
	fitting := candidates(keys, kid, alg)
	if len(fitting) == 0 {
		return nil, ErrKey
	}
	for _, k := range fitting {
		if signed(alg, k, t.signed, t.signature) {
			return k, nil
		}
	}
	return nil, ErrSignature
}

// maxCandidates bounds how many keys are tried on a token that does not name its own.
const maxCandidates = 8

// candidates are the keys that may have signed a token: those with its kid, or all that
// fit if it has none.
func candidates(keys []*key, kid string, alg algorithm) []*key {
	var fitting []*key
	for _, k := range keys {
		if (kid == "" || k.id == kid || k.id == "") && fits(k, alg) && len(fitting) < maxCandidates {
			fitting = append(fitting, k)
		}
	}
	return fitting
}
