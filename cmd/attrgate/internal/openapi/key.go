package openapi

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// styled is what names look like in each style, as far as it tells which rules can be met.
var styled = map[string]*regexp.Regexp{
	"lower": regexp.MustCompile(`^[^A-Z]*$`), "upper": regexp.MustCompile(`^[^a-z]*$`), "title": regexp.MustCompile(`^[A-Z][^_-]*$`),
	"snake": regexp.MustCompile(`^[^A-Z -]*$`), "kebab": regexp.MustCompile(`^[^A-Z _]*$`), "camel": regexp.MustCompile(`^[^A-Z _-][^ _-]*$`),
	"pascal": regexp.MustCompile(`^[^a-z _-][^ _-]*$`),
}

// isKey tells whether a key that is spelled as a name has that name.
func isKey(keys policy.Keys, name string) bool {
	if form := styled[keys.Style]; form != nil && !form.MatchString(name) {
		return false
	}
	for _, alias := range keys.Aliases {
		if plainly(alias.From) == plainly(name) {
			return false
		}
	}
	if keys.OnReserved == "allow" {
		return true
	}
	for _, reserved := range keys.Reserved {
		if plainly(reserved) == plainly(name) {
			return false
		}
	}
	return true
}

var letters = regexp.MustCompile(`[^\p{L}\p{M}\p{N}]+`)

func plainly(name string) string { return strings.ToLower(letters.ReplaceAllString(name, "")) }

// keysOf matches all keys that have a name, and tells whether that can be said: where keys
// keep their spelling, they differ in white space, and in the wrapper of SalesIQ's bots.
func keysOf(keys policy.Keys, name string) (pattern string, ok bool) {
	if keys.Style != "preserve" || len(keys.Aliases) > 0 || keys.OnReserved == "prefix" {
		return "", false
	}
	const space = `[^!-~]*` // and more: what else is no sign of ASCII
	before, after := "", ""
	if keys.Unwrap != nil && *keys.Unwrap {
		const wrapper = `%?` + space + `[Vv][Ii][Ssſ][Ii][Tt][Oo][Rr]` + space + `\.` + space + `[Cc][Uu][Ssſ][Tt][Oo][Mm][_ ]?[Ii][Nn][Ff][Oo]` + space + `\.`
		before, after = "(?:"+wrapper+space+")*", "(?:%"+space+")*"
	}
	words := strings.Fields(name)
	for i, word := range words {
		words[i] = literal(word)
	}
	return "^" + space + before + strings.Join(words, `[^!-~]+`) + space + after + "$", true
}

// literal writes a text as a pattern of both dialects.
func literal(text string) string {
	return regexp.MustCompile(`[\\^$.*+?()\[\]{}|/]`).ReplaceAllString(text, `\$0`)
}

// has is the schema of objects with a property whose name matches a pattern.
func has(pattern string) *tree.Node {
	none := tree.NewMap(tree.F("propertyNames", tree.NewMap(tree.F("not", tree.NewMap(tree.F("pattern", pattern))))))
	return tree.NewMap(tree.F("not", none))
}
