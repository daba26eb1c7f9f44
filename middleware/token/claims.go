package token

import (
	"strings"
	"time"
)

// terms is what is asked of claims, whoever vouches for them: a signature, or the answer
// of an introspection endpoint.
type terms struct {
	audiences   map[string]bool // nil: any
	scopeClaims []string
	names       []string      // claims whose text is kept
	endless     bool          // exp may be missing
	late        time.Duration // how long after exp the claims still count
	early       time.Duration // how long before nbf and iat they count already
	maxAge      time.Duration // the longest time since iat; zero: any
}

// claimsOf is the one place where the members of a JWT (RFC 7519, section 4.1; RFC 9068,
// section 2.2) or of an introspection answer (RFC 7662, section 2.2) become Claims. The
// issuer is for the caller to fill in, who knows it.
func claimsOf(t *terms, said map[string]any, now time.Time) (*Claims, error) {
	expiry, err := checkTimes(t, said, now)
	if err != nil {
		return nil, err
	}
	if !forUs(t, said["aud"]) {
		return nil, ErrAudience
	}
	scopes, okScopes := scopesOf(t.scopeClaims, said)
	subject, okSubject := text(said, "sub")
	client, okClient := text(said, "client_id")
	party, okParty := text(said, "azp")
	if !okScopes || !okSubject || !okClient || !okParty {
		return nil, ErrClaims
	}
	if client == "" {
		client = party
	}
	confirmation, ok := confirmationOf(said)
	if !ok {
		return nil, ErrConfirmation
	}
	return &Claims{Subject: subject, ClientID: client, Scopes: scopes, Expiry: expiry, Confirmation: confirmation}, nil
}

// checkTimes holds exp, nbf and iat against the clock (RFC 7519, section 4.1).
func checkTimes(t *terms, said map[string]any, now time.Time) (time.Time, error) {
	expiry, okExpiry := date(said, "exp")
	notBefore, okNotBefore := date(said, "nbf")
	issued, okIssued := date(said, "iat")
	ahead := now.Add(t.early)
	switch {
	case !okExpiry || !okNotBefore || !okIssued:
		return expiry, ErrClaims
	case (expiry.IsZero() && !t.endless) || (t.maxAge > 0 && issued.IsZero()):
		return expiry, ErrClaims
	case !expiry.IsZero() && !now.Before(expiry.Add(t.late)):
		return expiry, ErrExpired
	case t.maxAge > 0 && now.After(issued.Add(t.maxAge).Add(t.late)):
		return expiry, ErrExpired
	case ahead.Before(notBefore) || ahead.Before(issued):
		return expiry, ErrNotYetValid
	case t.maxAge > 0:
		return earlier(expiry, issued.Add(t.maxAge)), nil
	}
	return expiry, nil
}

func forUs(t *terms, aud any) bool {
	if t.audiences == nil {
		return true
	}
	audiences, ok := list(aud)
	if !ok {
		return false
	}
	for _, a := range audiences {
		if t.audiences[a] {
			return true
		}
	}
	return false
}

// scopesOf collects the scopes of all scope claims that are there.
func scopesOf(names []string, said map[string]any) ([]string, bool) {
	var scopes []string
	for _, name := range names {
		member, there := lookup(said, name)
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
