package replay

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// The ways of judging recorded tokens.
const (
	// TokensAuto checks signatures where the policy has the keys, and believes the claims
	// where somebody would have to be asked.
	TokensAuto = "auto"

	// TokensTrust believes the claims of all tokens.
	TokensTrust = "trust"

	// TokensAssume takes every caller to have a good token with all scopes.
	TokensAssume = "assume"
)

// standing is how much is known of a caller.
type standing int

const (
	checked standing = iota // the gate could judge what was sent
	trusted                 // the claims were believed
	assumed                 // there was nothing to judge: taken to be good
	given                   // the claims are ours to say
)

// pass is what a request is sent with.
type pass struct {
	authorization string // empty: what was recorded
	standing      standing
	proven        bool      // only with a proof, which was recorded too
	unproven      string    // authorization without one; empty: what was recorded
	good          time.Time // when the token was good, if it says so
	subject       string    // as the token says, believed or not
	client        string
}

// office hands out tokens that stand in for recorded ones whose signature nobody can check
// any more. It is for one goroutine.
type office struct {
	signer  tokencheck.Signer
	mode    string
	claims  map[string]any // of everybody; nil: of the recorded tokens
	issuers map[string]policy.Issuer
	first   *policy.Issuer // nil: there is none
	static  map[string]bool
	asks    bool   // the policy has introspection
	always  bool   // and asks about all tokens
	scopes  string // of all routes
	known   map[string]pass
}

// maxKnown bounds how many tokens an office remembers; then it begins anew.
const maxKnown = 4096

func newOffice(p policy.Policy, options Options, signer tokencheck.Signer) *office {
	o := &office{
		signer: signer, mode: options.Tokens, claims: options.Claims,
		issuers: map[string]policy.Issuer{}, static: map[string]bool{}, known: map[string]pass{},
		asks: len(p.Introspection) > 0, always: len(p.Introspection) > 0 && p.Introspect == "first",
	}
	for i := range p.Issuers {
		o.issuers[p.Issuers[i].Issuer] = p.Issuers[i]
	}
	if len(p.Issuers) > 0 {
		o.first = &p.Issuers[0]
	}
	for _, t := range p.StaticTokens {
		o.static[strings.ToLower(t.SHA256)] = true
	}
	var scopes []string
	for _, route := range p.Expand().Routes {
		scopes = append(scopes, route.Scopes...)
	}
	o.scopes = strings.Join(scopes, " ")
	return o
}

// vouches tells whether tokens of an issuer are believed.
func (o *office) vouches(is policy.Issuer) bool {
	return o.mode != TokensAuto || o.claims != nil || (len(is.Keys) == 0 && !hasSecret(is))
}

// timeless tells whether the claims that everybody gets say nothing of their age.
func (o *office) timeless() bool {
	return o.claims != nil && o.claims["iat"] == nil
}

// serve returns what a request is to be sent with.
func (o *office) serve(r *traffic.Record, header http.Header) pass {
	sent := header["Authorization"]
	switch {
	case o.claims != nil:
		return o.once("claims", func() pass { return o.issue(o.claims, given) })
	case r.Claims != nil:
		return o.once("claims "+string(r.Claims), func() pass { return o.issueText(r.Claims) })
	case o.mode == TokensAssume, len(sent) == 0 && r.Partial:
		return o.once("", o.assume)
	case len(sent) != 1:
		return pass{}
	}
	p := o.once(sent[0], func() pass { return o.exchange(sent[0]) })
	if p.proven && !r.Partial && len(header["Dpop"]) != 1 {
		p.authorization = p.unproven
	}
	return p
}

// once makes a pass, or finds the one that was made for the same token.
func (o *office) once(id string, create func() pass) pass {
	p, known := o.known[id]
	if known {
		return p
	}
	if len(o.known) >= maxKnown {
		clear(o.known)
	}
	p = create()
	o.known[id] = p
	return p
}

// exchange looks at a recorded Authorization header.
func (o *office) exchange(authorization string) pass {
	if masked(authorization) {
		return o.assume()
	}
	scheme, raw, _ := strings.Cut(authorization, " ")
	raw = strings.TrimLeft(raw, " ")
	digest := sha256.Sum256([]byte(raw))
	if o.static[hex.EncodeToString(digest[:])] || len(raw) > token.MaxLength {
		return pass{}
	}
	t, isJWT := decode(raw)
	if !isJWT {
		if o.asks {
			return o.assume()
		}
		return pass{}
	}
	p := o.exchangeJWT(scheme, t)
	p.subject, p.client = text(t.Claims, "sub"), text(t.Claims, "client_id")
	if p.client == "" {
		p.client = text(t.Claims, "azp")
	}
	p.good = goodAt(t.Claims)
	return p
}

// decode takes a token apart, with or without its signature.
func decode(raw string) (tokencheck.Token, bool) {
	if strings.Count(raw, ".") == 1 {
		raw += "."
	}
	return tokencheck.Decode(raw)
}
