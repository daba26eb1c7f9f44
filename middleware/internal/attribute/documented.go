package attribute

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

// The rule set "documented" accepts what the patterns of the vendor's form validation
// accept when they are matched against the whole value. Some of them lost backslashes on
// their way: a dot that was meant as a dot takes any character, and a digit class became
// the letter d. They are rebuilt here with what they accept, not with what they meant.
const (
	// anyUnit is JavaScript's dot: one UTF-16 unit that is no line terminator (ECMA-262,
	// section 22.2.2). A character beyond the basic plane has two, and what follows a
	// single dot in these patterns never takes the second.
	anyUnit = `[^\n\r\x{2028}\x{2029}\x{10000}-\x{10FFFF}]`

	documentedEmail = "^[a-zA-Z0-9.!#$%&’*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:" + anyUnit + "[a-zA-Z0-9-]+)*$"
	documentedPhone = `^[+]?(?:[0-9]+(?:[.][0-9]*)?|` + anyUnit + `[0-9]+)$`

	documentedHost  = `[A-Za-z0-9.-]+`
	documentedUser  = `[-;:&=+$,A-Za-z0-9_]+@`
	documentedPlace = `(?:/[+~%/.A-Za-z0-9_-]*)?\??[-+=&;%@.A-Za-z0-9_]*#?[.!/\\A-Za-z0-9_]*`
	documentedURL   = `^(?:[A-Za-z]{2,9}:(?://)?(?:` + documentedUser + `)?` + documentedHost +
		`|(?:www\.|` + documentedUser + `)` + documentedHost + `)` + documentedPlace + `$`
)

func documentedForms() *forms {
	return &forms{
		documented: true,
		number:     regex.Must(`^[-+0-9.]+$`),
		positive:   regex.Must(`^[+]?(?:[.][0-9]+|[0-9]+(?:[.][0-9]+)?)$`),
		phone:      regex.Must(documentedPhone),
		email:      regex.Must(documentedEmail),
		site:       regex.Must(documentedURL),
		address:    regex.Must(documentedIP()),
		breaks:     newAlphabet("\n\r"),
		separators: "\u2028\u2029",
		special:    newAlphabet(specials),
		alphanum:   newAlphabet(lettersDigits),
	}
}

// documentedIP is IPv4 with any character between the numbers, or IPv6 in each of its
// shortened forms, the ones that end in IPv4 with the letter d for most digits. Before and
// behind, the white space became the letter s.
func documentedIP() string {
	const four = `s*(?:<number><any>){3}<number>s*`
	const six = `(?:<group>:){7}(?:<group>|:)` +
		`|(?:<group>:){6}(?::<group>|<lost>|:)` +
		`|(?:<group>:){5}(?:(?::<group>){1,2}|:<lost>|:)` +
		`|(?:<group>:){4}(?:(?::<group>){1,3}|(?::<group>){0,1}:<lost>|:)` +
		`|(?:<group>:){3}(?:(?::<group>){1,4}|(?::<group>){0,2}:<lost>|:)` +
		`|(?:<group>:){2}(?:(?::<group>){1,5}|(?::<group>){0,3}:<lost>|:)` +
		`|(?:<group>:){1}(?:(?::<group>){1,6}|(?::<group>){0,4}:<lost>|:)` +
		`|:(?:(?::<group>){1,7}|(?::<group>){0,5}:<lost>|:)`
	const lost = `(?:25[0-5]|2[0-4]d|1dd|[1-9]?d)`
	return strings.NewReplacer(
		"<number>", `(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])`,
		"<group>", `[0-9A-Fa-f]{1,4}`,
		"<lost>", lost+`(?:`+anyUnit+lost+`){3}`,
		"<any>", anyUnit,
	).Replace(`^(?:` + four + `|s*(?:` + six + `)(?:%<any>+)?s*)$`)
}
