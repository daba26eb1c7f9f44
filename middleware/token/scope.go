package token

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Scopes is what a route wants, compiled.
type Scopes struct {
	wanted []string
	folded []string // the wanted scopes in one letter case, for the Zoho syntax
	any    bool
	zoho   bool
}

// scopeChars make up a scope-token (RFC 6749, section 3.3).
const scopeChars = "!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"

var (
	scopeForm = regexp.MustCompile(`^[!#-\[\]-~]+$`)
	zohoForm  = regexp.MustCompile(`^[^.]*\.[^.]*\.[^.]*$`)
)

const notScope = "is no scope: printable ASCII without space, quote and backslash"

// NewScopes compiles the scopes of an expanded route; what is wrong goes to ps under the
// route's path.
func NewScopes(route policy.Route, path string, ps *policy.Problems) *Scopes {
	ps.OneOf(path+".scopeMatch", route.ScopeMatch, "all", "any")
	ps.OneOf(path+".scopeSyntax", route.ScopeSyntax, "oauth", "zoho")
	s := &Scopes{wanted: route.Scopes, any: route.ScopeMatch == "any", zoho: route.ScopeSyntax == "zoho"}
	checkEach(route.Scopes, scopeForm, path+".scopes", notScope, ps)
	if s.zoho {
		checkEach(route.Scopes, zohoForm, path+".scopes", "is no Zoho scope, written in full, such as SalesIQ.conversations.UPDATE", ps)
	}
	s.folded = strings.Fields(strings.ToLower(strings.Join(route.Scopes, " ")))
	return s
}

// checkEach holds each text of a list to a form.
func checkEach(list []string, form *regexp.Regexp, path, wrong string, ps *policy.Problems) {
	for i, text := range list {
		if !form.MatchString(text) {
			ps.Add(path+"["+strconv.Itoa(i)+"]", "%q %s", text, wrong)
		}
	}
}

// String lists the wanted scopes as RFC 6750, section 3, puts them into a challenge.
func (s *Scopes) String() string { return strings.Join(s.wanted, " ") }

// Held tells whether the scopes of a token are enough.
func Held(s *Scopes, held []string) bool {
	for i := range s.wanted {
		if holdsScope(s, i, held) == s.any {
			return s.any // one that is held is enough, or one that is not is too few
		}
	}
	return !s.any || len(s.wanted) == 0
}

func holdsScope(s *Scopes, i int, held []string) bool {
	for _, h := range held {
		if h == s.wanted[i] || (s.zoho && coversZoho(s.folded[i], h)) {
			return true
		}
	}
	return false
}

// coversZoho compares as Zoho's servers write scopes: several in one word between commas,
// in any letter case, with ALL for every operation, and with or without the product in
// front. Letters beyond ASCII are equal to none.
func coversZoho(wanted, held string) bool {
	product, scope, _ := strings.Cut(wanted, ".")
	stem, _, _ := strings.Cut(scope, ".")
	for _, h := range strings.Split(held, ",") {
		if strings.Trim(h, scopeChars) != "" {
			continue
		}
		got := strings.ToLower(h)
		if got == wanted || got == scope || got == stem+".all" || got == product+"."+stem+".all" {
			return true
		}
	}
	return false
}
