package token

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Credentials is how the gate obtains tokens of its own for a backend, compiled. It is
// safe for concurrent use.
type Credentials struct {
	tokenURL  string
	client    *client
	refresh   *secret // nil: the grant is client_credentials
	scopes    string
	audiences []string
	resources []string
	scheme    string
	limit     int // tokens asked for within window, failures included
	window    time.Duration
	source    *source
}

const (
	// maxPerWindow and maxWindow bound what a policy can ask for.
	maxPerWindow = 1000
	maxWindow    = 24 * time.Hour
)

// NewCredentials compiles the credentials of an expanded route; what is wrong goes to ps.
// It does no I/O. Nil if the route has none.
func NewCredentials(p policy.Credentials, path string, ps *policy.Problems) *Credentials {
	if reflect.ValueOf(p).IsZero() {
		return nil
	}
	checkURL(p.TokenURL, path+".tokenURL", ps)
	kept := newSecret(p.ClientSecret, p.ClientSecretEnv, p.ClientSecretFile, path+".clientSecret", ps)
	c := &Credentials{
		tokenURL:  p.TokenURL,
		client:    newClient(p.ClientID, kept, p.Auth, path, ps),
		scopes:    strings.Join(p.Scopes, " "),
		audiences: p.Audiences,
		resources: p.Resources,
		scheme:    p.Scheme,
		limit:     p.MaxPerWindow,
		window:    durationWithin(p.Window, 0, time.Second, maxWindow, path+".window", ps),
	}
	setGrant(c, p, path, ps)
	checkCredentials(c, p, path, ps)
	c.source = sharedSource(digestOf(p))
	return c
}

func setGrant(c *Credentials, p policy.Credentials, path string, ps *policy.Problems) {
	ps.OneOf(path+".grant", p.Grant, "client_credentials", "refresh_token")
	if p.Grant == "refresh_token" {
		c.refresh = newSecret(p.RefreshToken, p.RefreshTokenEnv, p.RefreshTokenFile, path+".refreshToken", ps)
		return
	}
	if p.RefreshToken+p.RefreshTokenEnv+p.RefreshTokenFile != "" {
		ps.Add(path+".refreshToken", "goes with the grant \"refresh_token\" only")
	}
}

// schemeChars make up an authentication scheme: a token of RFC 9110, section 5.6.2.
const schemeChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// What a token can be asked for by.
var (
	audienceForm = regexp.MustCompile(`^\S+$`)
	resourceForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[^#\s]+$`)
)

func checkCredentials(c *Credentials, p policy.Credentials, path string, ps *policy.Problems) {
	checkEach(p.Scopes, scopeForm, path+".scopes", notScope, ps)
	checkEach(p.Audiences, audienceForm, path+".audiences", "is no audience: a text without white space", ps)
	checkEach(p.Resources, resourceForm, path+".resources", "is no absolute URI without fragment (RFC 8707, section 2)", ps)
	if c.scheme == "" || strings.Trim(c.scheme, schemeChars) != "" {
		ps.Add(path+".scheme", "%q is no authentication scheme, such as Bearer", c.scheme)
	}
	if c.limit < 1 || c.limit > maxPerWindow {
		ps.Add(path+".maxPerWindow", "must be 1 to %d", maxPerWindow)
	}
}

// digestOf tells apart what is obtained in another way or for another purpose. Limits and
// scheme are not among it: for the server, those who share a secret share its limits.
func digestOf(p policy.Credentials) [sha256.Size]byte {
	p.Scheme = ""
	p.MaxPerWindow = 0
	p.Window = ""
	return sha256.Sum256([]byte(fmt.Sprintf("%q", p)))
}
