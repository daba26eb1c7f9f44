package sample

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// goodTexts are values that the types without a length accept.
var goodTexts = map[string][]string{
	"Boolean": {"true"}, "Email": {"a.b@example.com"}, "IP": {"192.0.2.1"}, "Number": {"12.5"}, "Password": {"Secret123"},
	"PhoneNumber": {"+493012345678"}, "PositiveNumber": {"12"}, "URL": {"https://example.com/a"},
}

// quote writes a text as JSON.
func quote(text string) string {
	quoted, _ := json.Marshal(text) // a text: cannot fail
	return string(quoted)
}

// goodValues are values, as JSON, of which a rule may accept one.
func goodValues(rule policy.Attribute) []string {
	switch rule.Type {
	case "StringList":
		return []string{`["one","two"]`}
	case "WebChannelData":
		return []string{`{"browser":"Firefox"}`}
	}
	texts := append([]string{}, rule.Values...)
	if rule.Pattern != "" {
		texts = append(texts, matches(rule.Pattern)...)
	}
	texts = append(texts, goodTexts[rule.Type]...)
	texts = append(texts, "Example", "Example 1", "1", "true", "x", strings.Repeat("x", rule.MinLength))
	for _, name := range slices.Sorted(maps.Keys(goodTexts)) {
		texts = append(texts, goodTexts[name]...)
	}
	var values []string
	for _, text := range texts {
		values = append(values, quote(text))
	}
	return values
}

// badValues are values, as JSON, of which a rule may refuse one for its type, its list, its
// pattern or its lengths.
func badValues(rule policy.Attribute, longest int) []string {
	values := []string{
		quote("not this"), quote("NOT THIS"), quote("!"), quote("-"), quote("a b c d"), quote("0"), quote("\x01"), quote("§"),
		quote(""), quote("x"), quote("x" + strings.Repeat("x", rule.MaxLength)), "5", "{}", "[]", "[1]", "null",
	}
	for _, size := range []int{rule.MinLength - 1, rule.MaxLength + 1, typeLength(rule.Type) + 1, longest + 1} {
		if size > 0 && size <= longestBody {
			values = append(values, quote(strings.Repeat("a", size)), quote(strings.Repeat("1", size)))
		}
	}
	return values
}

// longestBody is how long a sample may get for the sake of a limit.
const longestBody = 100_000

// typeLength is the length in a type's name, or zero.
func typeLength(name string) int {
	digits := name[len(strings.TrimRight(name, "0123456789")):]
	length := 0
	for _, d := range digits {
		length = length*10 + int(d-'0')
	}
	return length
}
