package token

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Verifier verifies access tokens. It is built once, holds no connection and starts no
// goroutine until a token needs a key; it is safe for concurrent use.
type Verifier struct {
	space     string // sets apart what is remembered under this configuration
	issuers   map[string]*issuer
	static    []staticToken
	endpoints []*endpoint
	first     bool    // the endpoints are asked about JWTs of the issuers too
	results   Results // of several processes; nil: of this one
}

type staticToken struct {
	digest []byte
	claims *Claims
}

// New compiles the issuers, static tokens and introspection of an expanded policy; what is
// wrong goes to ps. Secrets in variables and files are read when they are needed.
func New(p policy.Policy, ps *policy.Problems) *Verifier {
	remember(p.RememberedTokens, ps)
	v := &Verifier{issuers: map[string]*issuer{}, space: spaceOf(p)}
	names := namesOf(p)
	setEndpoints(v, p, names, ps)
	if len(p.Issuers)+len(p.StaticTokens)+len(p.Introspection) == 0 {
		ps.Add("issuers", "required, or introspection or staticTokens: nobody could vouch for a caller")
	}
	for i := range p.Issuers {
		path := "issuers[" + strconv.Itoa(i) + "]"
		if v.issuers[p.Issuers[i].Issuer] != nil {
			ps.Add(path+".issuer", "%q is there already", p.Issuers[i].Issuer)
		}
		is := newIssuer(p.Issuers[i], path, ps)
		is.terms.names = names
		v.issuers[is.name] = is
	}
	for i := range p.StaticTokens {
		path := "staticTokens[" + strconv.Itoa(i) + "]"
		v.static = append(v.static, newStatic(p.StaticTokens[i], path, names, ps))
	}
	return v
}

// spaceOf is a digest of all that decides on a token, and on what is kept of it.
func spaceOf(p policy.Policy) string {
	return fingerprint("", []byte(fmt.Sprintf("%q %q %q %q", p.Issuers, p.Introspection, p.Introspect, namesOf(p))))
}

func newStatic(p policy.StaticToken, path string, names []string, ps *policy.Problems) staticToken {
	sum, err := hex.DecodeString(p.SHA256)
	if err != nil || len(sum) != sha256.Size {
		ps.Add(path+".sha256", "must be a SHA-256 digest: 64 hex digits")
	}
	if p.Subject == "" {
		ps.Add(path+".subject", "required: decisions name it")
	}
	claims := &Claims{Subject: p.Subject, Scopes: p.Scopes, Kind: KindStatic}
	claims.Named = namedStatic(names, claims)
	return staticToken{digest: sum, claims: claims}
}

// VerifySent is Verify for a token as a request carries it. ErrRequest: what came with the
// scheme is not one token and nothing else, which is not asked again of a token that is
// remembered. The result may be in the room, and then lasts as long as that.
func VerifySent(ctx context.Context, v *Verifier, sent Sent, now time.Time, room *Room) (*Claims, error) {
	if len(v.static) > 0 {
		if err := tokenSyntax(sent.Raw); err != nil {
			return nil, err
		}
		return Verify(ctx, v, sent.Raw, now)
	}
	id := idOf(v.space, sent.Raw)
	if found := recall(id, now, room); found != nil {
		return found, nil
	}
	if err := tokenSyntax(sent.Raw); err != nil {
		return nil, err
	}
	return verifyNew(ctx, v, sent.Raw, id, now)
}

// Verify returns what a token says, or one of this package's errors. The result is shared
// and must not be changed. If ctx ends while somebody is asked, ErrUnavailable.
//
// A token that is none of the static ones is verified here if it is a JWT that names a
// listed issuer, and introspected if it is not, or if the policy says that introspection
// comes first.
func Verify(ctx context.Context, v *Verifier, raw string, now time.Time) (*Claims, error) {
	if claims := findStatic(v.static, raw); claims != nil {
		return claims, nil
	}
	id := idOf(v.space, raw)
	if found := recall(id, now, &Room{}); found != nil {
		return found, nil
	}
	return verifyNew(ctx, v, raw, id, now)
}

// verifyNew is Verify for a token that is neither a static one nor remembered.
func verifyNew(ctx context.Context, v *Verifier, raw string, id [digestSize]byte, now time.Time) (*Claims, error) {
	is, t, err := namedIssuer(v, raw)
	if err == nil {
		return verifyJWT(ctx, is, t, id, now)
	}
	if len(v.endpoints) > 0 {
		return introspect(ctx, v, raw, id, now)
	}
	return nil, err
}

// namedIssuer finds the listed issuer that a JWT names. Nothing of the token is believed yet.
// What the rest of it looks like does not matter here: a JWT of a listed issuer is never
// anything else.
func namedIssuer(v *Verifier, raw string) (*issuer, *jwt, error) {
	if v.first || !looksLikeJWT(raw) {
		return nil, nil, ErrUnknown
	}
	t, ok := parseJWT(raw)
	if !ok {
		return nil, nil, ErrMalformed
	}
	name, _ := text(t.claims, "iss")
	is := v.issuers[name]
	if is == nil || name == "" {
		return nil, nil, ErrIssuer
	}
	return is, t, nil
}

// verifyJWT does everything that needs no key first, so that a token which is no good anyway
// cannot make us ask the issuer.
func verifyJWT(ctx context.Context, is *issuer, t *jwt, id [digestSize]byte, now time.Time) (*Claims, error) {
	signature, err := unbase64(t.parts[2])
	if err != nil {
		return nil, ErrMalformed
	}
	h, err := headerOf(is, t.parts[0])
	if err != nil {
		return nil, err
	}
	claims, err := claimsOf(&is.terms, t.claims, now)
	if err != nil {
		return nil, err
	}
	k, err := checkSignature(ctx, is, h, covered(t), signature, now)
	if err != nil {
		return nil, err
	}
	keepHeader(is, t.parts[0], h)
	claims.Issuer = is.name
	claims.Kind = KindJWT
	claims.Named = namedInJWT(is.terms.names, t.parts[1])
	if is.secret != nil {
		return claims, nil // a look into memory would cost as much as the signature
	}
	m := remembering(claims, claims.Expiry.Add(is.terms.late))
	m.keys = is.remote
	m.print = k.print
	keep(shared.verified, id, m)
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

// checkSignature finds the key that signed a token.
func checkSignature(ctx context.Context, is *issuer, h *header, message, signature []byte, now time.Time) (*key, error) {
	if h.unfit != nil {
		return nil, h.unfit
	}
	keys, err := keysOf(ctx, is, h, now)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, ErrKey
	}
	for _, k := range keys {
		if signed(h.alg, k, message, signature) {
			return k, nil
		}
	}
	return nil, ErrSignature
}

// keysOf are the keys of an issuer that may have signed a token: its secret, pinned keys, or
// those that it publishes.
func keysOf(ctx context.Context, is *issuer, h *header, now time.Time) ([]*key, error) {
	if is.secret != nil {
		return secretKey(is.secret, h.alg, now)
	}
	if is.remote != nil {
		return keysFor(ctx, is.remote, h, now)
	}
	return candidates(is.pinned, h), nil
}

// secretKey makes a key of the issuer's secret. One that is missing or too short is ours to
// mend and says nothing of the token: ErrUnavailable.
func secretKey(s *secret, alg algorithm, now time.Time) ([]*key, error) {
	text, err := readSecret(s, now)
	if err == nil && len(text) < alg.size {
		err = errors.New("it is too short")
	}
	if err != nil {
		return nil, unavailable("the secret", err)
	}
	return []*key{{kty: symmetric, secret: []byte(text)}}, nil
}

// maxCandidates bounds how many keys are tried on a token that does not name its own.
const maxCandidates = 8

// candidates are the keys that may have signed a token: those with its kid, or all that
// fit if it has none.
func candidates(keys []*key, h *header) []*key {
	var fitting []*key
	for _, k := range keys {
		if (h.kid == "" || k.id == h.kid || k.id == "") && fits(k, h.alg) && len(fitting) < maxCandidates {
			fitting = append(fitting, k)
		}
	}
	return fitting
}
