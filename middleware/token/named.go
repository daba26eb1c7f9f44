package token

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// maxNamed is the longest text of a named claim, in bytes. A longer one is left out.
const maxNamed = 4096

// visibleChars make up the text of a named claim. What is beyond ASCII or a control
// character is read by servers in more than one way (RFC 9110, section 5.5).
const visibleChars = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// namesOf lists the claims that the routes of a policy forward in headers, each once.
func namesOf(p policy.Policy) []string {
	var names []string
	for i := range p.Routes {
		for _, h := range p.Routes[i].Forward.Headers {
			if h.Claim != "" && !contains(names, h.Claim) {
				names = append(names, h.Claim)
			}
		}
	}
	return names
}

// namedInJWT returns the text of claims in the part of a token that was verified.
func namedInJWT(names []string, part string) map[string]string {
	if len(names) == 0 {
		return nil
	}
	claims, err := unbase64(part)
	if err != nil {
		return nil
	}
	return named(names, string(claims))
}

// named returns the text of those of the claims that are there, in a document that was
// scanned: one object with the claims as its members.
func named(names []string, document string) map[string]string {
	if len(names) == 0 {
		return nil
	}
	texts := map[string]string{}
	root := jsondoc.Root(document)
	for _, name := range names {
		value, there := member(document, root, name)
		if text := claimText(document, value); there && text != "" {
			texts[name] = text
		}
	}
	return texts
}

// member finds what lookup finds, without turning numbers into floats.
func member(document string, object jsondoc.Value, path string) (jsondoc.Value, bool) {
	members := jsondoc.Members(document, object)
	for i := range members {
		if members[i].Name == path {
			return members[i].Value, true
		}
	}
	first, rest, _ := strings.Cut(path, ".")
	for i := range members {
		if members[i].Name == first && rest != "" && members[i].Value.Kind == jsondoc.Object {
			return member(document, members[i].Value, rest)
		}
	}
	return jsondoc.Value{}, false
}

// claimText writes a claim as the value of a header: a list is joined by spaces, so that
// an element which holds one has no place in it. "" for what cannot be written.
func claimText(document string, value jsondoc.Value) string {
	if value.Kind != jsondoc.List {
		return headerText(value, visibleChars+" ")
	}
	var words []string
	for _, element := range jsondoc.Elements(document, value) {
		word := headerText(element, visibleChars)
		if word == "" {
			return ""
		}
		words = append(words, word)
	}
	return bounded(strings.Join(words, " "))
}

// headerText writes a string, a number with the digits it has, or a boolean, if it is made
// of the given characters. A space at either end would be cut off on the way (RFC 9110,
// section 5.5), and leave another name.
func headerText(value jsondoc.Value, chars string) string {
	scalar := value.Kind == jsondoc.String || value.Kind == jsondoc.Number || value.Kind == jsondoc.Boolean
	if !scalar || strings.Trim(value.Text, chars) != "" || strings.TrimSpace(value.Text) != value.Text {
		return ""
	}
	return bounded(value.Text)
}

func bounded(text string) string {
	if len(text) > maxNamed {
		return ""
	}
	return text
}

// namedStatic gives a static token the claims that it has: sub, and its scopes as scope
// and scp.
func namedStatic(names []string, claims *Claims) map[string]string {
	has := map[string]string{"sub": claims.Subject, "scope": strings.Join(claims.Scopes, " ")}
	has["scp"] = has["scope"]
	texts := map[string]string{}
	for _, name := range names {
		text := jsondoc.Value{Kind: jsondoc.String, Text: has[name]}
		if safe := headerText(text, visibleChars+" "); safe != "" {
			texts[name] = safe
		}
	}
	return texts
}
