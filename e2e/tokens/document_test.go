package tokens

import (
	"strings"
)

const introduction = `# Tokens, compared

Which access tokens attrgate accepts and the two libraries that most Go programs use do
not, and the other way round: [golang-jwt](https://github.com/golang-jwt/jwt) and
[go-jose](https://github.com/go-jose/go-jose), each with all checks that it offers. All
three have the same issuer, audience, algorithms, keys, leeway and clock, and an ` + "`exp`" + ` is
required of every token.

The tests of e2e/tokens write this page. They sign some thousand odd tokens, and others
that a fuzzer invents, and fail if the three differ on one that is not of a kind listed
here. What is in no row, all three accept, or none of them.

`

// compared is the document.
func compared() string {
	var page strings.Builder
	page.WriteString(introduction)
	page.WriteString("## attrgate refuses what a peer accepts\n\n")
	table(&page, func(v verdict) bool { return !v.Ours })
	page.WriteString("\n## attrgate accepts what a peer refuses\n\n")
	table(&page, func(v verdict) bool { return v.Ours })
	return page.String()
}

func table(page *strings.Builder, such func(verdict) bool) {
	page.WriteString("| A token with | attrgate | golang-jwt | go-jose | Why |\n|---|---|---|---|---|\n")
	for _, d := range differences() {
		if !such(d.accepts) {
			continue
		}
		for _, cell := range []string{d.name, word(d.accepts.Ours), word(d.accepts.JWT), word(d.accepts.Jose), d.why} {
			page.WriteString("| " + cell + " ")
		}
		page.WriteString("|\n")
	}
}

func word(accepts bool) string {
	if accepts {
		return "accepts"
	}
	return "refuses"
}
