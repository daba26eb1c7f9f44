package token

import "time"

// memory is what was found out about a token.
type memory struct {
	claims *Claims // nil: the token was refused
	err    error   // why
	until  time.Time
	keys   *keySet // nil: the key is pinned, or there is none
	print  string  // of the key that signed it
}

// together is a memory beside its claims: with many tokens in turns, most of the time goes
// into fetching what lies apart.
type together struct {
	memory memory
	claims Claims
}

// remembering is the memory of a verified token.
func remembering(claims *Claims, until time.Time) *memory {
	t := &together{claims: *claims}
	t.claims.Remembered = true
	t.claims.Scopes = commonScopes(claims.Scopes)
	t.memory.claims = &t.claims
	t.memory.until = until
	return &t.memory
}

// asRemembered is what later callers are told; it is made once, so that they cost nothing.
func asRemembered(claims *Claims) *Claims {
	if claims == nil {
		return nil
	}
	again := *claims
	again.Remembered = true
	return &again
}
