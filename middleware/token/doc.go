// Package token finds out who is calling: it takes the access token from a request,
// verifies it, and tells whether its scopes are enough.
//
// It never logs, and keeps tokens only as digests. What it remembers is shared by all
// verifiers of the process, bounded, and keyed by the configuration, so that a configuration
// that is loaded again finds its keys and its verified tokens as they were.
//
// A program that uses the gate meets Claims, State, Results and Proofs, and the errors; the
// rest is what package middleware is built of. What runs for every request are functions and
// not methods: Traefik's interpreter calls a function several times faster than a method.
package token

import (
	"errors"
	"time"
)

// Claims is what a verified token says.
type Claims struct {
	// Subject is the sub claim (RFC 7519, section 4.1.2), or a static token's subject. An
	// introspection answer without sub gives its username (RFC 7662, section 2.2).
	Subject string

	// ClientID is the client_id claim (RFC 9068, section 2.2), or else azp.
	ClientID string

	// Issuer is the iss claim, or the issuer of the introspection endpoint; empty for
	// static tokens.
	Issuer string

	// Scopes is what the token allows, each as the issuer spelled it.
	Scopes []string

	// Named holds the text of those claims that a route of the policy forwards in a header,
	// by the name or path that the policy gives: a string, a number with the digits it has,
	// a boolean, or a list of these with spaces between. A claim is left out if it is
	// missing, empty, null or an object, over 4096 bytes, not visible ASCII, with a space at
	// either end or, in a list, anywhere. A static token has sub, and its scopes as scope and
	// scp.
	Named map[string]string

	// Expiry is when the token ends. Zero for static tokens, which do not, and where an
	// introspection answer does not say.
	Expiry time.Time

	// Confirmation is what the sender of the token has to prove; nil if nothing.
	Confirmation *Confirmation

	// Kind is how the token was found good: one of the Kind constants.
	Kind string

	// Remembered tells that it was found good for an earlier request.
	Remembered bool
}

// The kinds of good tokens.
const (
	// KindJWT is a token with a signature (RFC 7519).
	KindJWT = "jwt"

	// KindIntrospected is a token that its issuer was asked about (RFC 7662).
	KindIntrospected = "introspected"

	// KindStatic is a token that the policy lists.
	KindStatic = "static"
)

// Errors that a request or a token can give cause to. Compare with errors.Is.
var (
	// ErrMissing denotes a request without a token of an accepted scheme.
	ErrMissing = errors.New("no access token")

	// ErrRequest denotes a request that carries a token in a way that RFC 6750 forbids.
	ErrRequest = errors.New("malformed authorization")

	// ErrMalformed denotes a token that is not a well-formed signed JWT, or whose header
	// asks for what is never accepted.
	ErrMalformed = errors.New("the access token is malformed")

	// ErrUnknown denotes an opaque token that is not known.
	ErrUnknown = errors.New("the access token is not known")

	// ErrInactive denotes a token that the introspection endpoint does not, or no longer,
	// vouch for.
	ErrInactive = errors.New("the access token is not active")

	// ErrIssuer denotes a token of an issuer that the policy does not name.
	ErrIssuer = errors.New("the access token is from another issuer")

	// ErrAlgorithm denotes a signature algorithm that the policy does not accept.
	ErrAlgorithm = errors.New("the access token is signed with an algorithm that is not accepted")

	// ErrType denotes a typ that the policy does not accept, or an active token that is no
	// access token.
	ErrType = errors.New("the access token is of a type that is not accepted")

	// ErrAudience denotes a token that is meant for somebody else.
	ErrAudience = errors.New("the access token is for another audience")

	// ErrClaims denotes a token that lacks exp, or with a claim of the wrong kind.
	ErrClaims = errors.New("the access token lacks a claim that it must have, or has one of the wrong kind")

	// ErrExpired denotes a token whose exp has passed or that is older than maxAge.
	ErrExpired = errors.New("the access token has expired")

	// ErrNotYetValid denotes a token whose nbf or iat is still to come.
	ErrNotYetValid = errors.New("the access token is not valid yet")

	// ErrKey denotes a token signed with a key that the issuer does not publish.
	ErrKey = errors.New("the access token is signed with an unknown key")

	// ErrSignature denotes a signature that is not the issuer's.
	ErrSignature = errors.New("the access token has a wrong signature")

	// ErrConfirmation denotes a token that is bound to its sender in a way that cannot be
	// checked here.
	ErrConfirmation = errors.New("the access token is bound to its sender in a way that is not supported")

	// ErrUnbound denotes a token that anyone could send, where only bound ones will do.
	ErrUnbound = errors.New("the access token is not bound to its sender, which this route asks for")

	// ErrScheme denotes a token that is bound to a key and not sent under the scheme DPoP,
	// or the other way round.
	ErrScheme = errors.New("access tokens that are bound to a key, and only those, are sent under the scheme DPoP")

	// ErrBinding denotes a token that is bound to another key or certificate than its
	// sender has.
	ErrBinding = errors.New("the access token is bound to another sender")

	// ErrProof denotes a proof of possession that is missing, or breaks RFC 9449, section 4.3.
	ErrProof = errors.New("the DPoP proof is not good")

	// ErrUnavailable denotes that the issuer's keys could not be had, that nobody could be
	// asked about the token, or that there is no room to remember a proof. The token may be
	// good: the caller should try again. The text of an error that wraps it says whom the gate
	// could not ask, and why; it is for the operator, and never for the client.
	ErrUnavailable = errors.New("the issuer cannot be asked")

	// ErrCredentials denotes that the gate could not obtain a token of its own.
	ErrCredentials = errors.New("the gate has no token for the backend")
)
