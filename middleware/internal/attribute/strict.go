package attribute

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

// The rule set "strict" is ours: what the vendor's patterns accept is wider, and here and
// there narrower, than what the types' names say.
const (
	strictNumber   = `^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`
	strictPositive = `^\+?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`

	// strictPhone: 3 to 20 digits (ITU-T E.164 has at most 15; extensions come on top).
	strictPhone = `^\+?\(?[0-9](?:(?:[ .-]|[ .-]?[()][ .-]?)?[0-9]){2,19}\)?$`

	// strictEmail: a dot-atom (RFC 5322, section 3.2.3) and a host name; no quoted local
	// parts and no address literals.
	strictEmail = "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@" + strictHost + "$"

	// strictHost: labels of RFC 1123, section 2.1.
	strictHost = `[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*`
)

func strictForms() *forms {
	return &forms{
		number:   regex.Must(strictNumber),
		positive: regex.Must(strictPositive),
		phone:    regex.Must(strictPhone),
		email:    regex.Must(strictEmail),
		site:     regex.Must(`^www\.` + strictHost + `(?:[/?#][!-~]*)?$`),
		host:     regex.Must(`^` + strictHost + `$`),
		breaks:   newAlphabet(controls()),
		special:  newAlphabet(specials),
		alphanum: newAlphabet(lettersDigits),
	}
}

// controls are the control characters that have no place in a text: C0 without tab and
// line breaks, and delete.
func controls() string {
	var b strings.Builder
	for c := 0; c < 0x20; c++ {
		if c != '\t' && c != '\n' && c != '\r' {
			b.WriteByte(byte(c))
		}
	}
	b.WriteByte(0x7f)
	return b.String()
}
