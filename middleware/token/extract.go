package token

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/query"
)

// MaxLength is the longest accepted token, in bytes.
const MaxLength = 8 << 10

// tokenChars make up a token (RFC 6750, section 2.1: b64token), but for the padding.
const tokenChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/"

// Sent is an access token as a request carries it.
type Sent struct {
	// Raw is the token.
	Raw string

	// DPoP is whether it came under the scheme DPoP (RFC 9449, section 7.1).
	DPoP bool

	// Request is what carries it.
	Request *http.Request
}

// Extract returns the access token of a request: the one Authorization header, with one of
// the schemes or DPoP, compared without regard to letter case (RFC 9110, section 11.1).
//
// ErrMissing: no such header, or another scheme. ErrRequest: two headers, a token in the
// query (RFC 6750, section 2.3, discourages it and we do not read it), or one that is too
// long. VerifySent looks at what it is made of.
func Extract(r *http.Request, schemes []string) (Sent, error) {
	sent := Sent{Request: r}
	if query.Has(r.URL.RawQuery, "access_token") {
		return sent, fmt.Errorf("%w: a token in the query; send it in the Authorization header", ErrRequest)
	}
	headers := r.Header["Authorization"]
	if len(headers) == 0 {
		return sent, ErrMissing
	}
	if len(headers) > 1 {
		return sent, fmt.Errorf("%w: more than one Authorization header", ErrRequest)
	}
	scheme, raw, _ := strings.Cut(headers[0], " ")
	if !accepted(scheme, schemes) {
		sent.DPoP = strings.EqualFold(scheme, "DPoP")
		if !sent.DPoP {
			return sent, ErrMissing
		}
	}
	sent.Raw = strings.TrimLeft(raw, " ")
	if len(sent.Raw) > MaxLength {
		return sent, fmt.Errorf("%w: the token is longer than %d bytes", ErrRequest, MaxLength)
	}
	return sent, nil
}

func accepted(scheme string, schemes []string) bool {
	for _, s := range schemes {
		if scheme == s || strings.EqualFold(scheme, s) {
			return true
		}
	}
	return false
}

func tokenSyntax(raw string) error {
	if strings.Trim(raw, "=") == "" || !madeOfTokenChars(strings.TrimRight(raw, "=")) {
		return fmt.Errorf("%w: after the scheme, one token and nothing else", ErrRequest)
	}
	return nil
}
