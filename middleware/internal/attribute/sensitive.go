package attribute

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/internal/regex"
	"github.com/attrgate/attrgate/middleware/policy"
)

// sensitive is what must not reach the backend.
type sensitive struct {
	mask     bool
	cards    bool
	digits   *regexp.Regexp // a run of digits that may be a card number
	names    map[string]bool
	families map[string]bool // value types by name
}

// masked stands for what was taken away.
const masked = "****"

// cardRun is at least 13 digits with single spaces or hyphens between: where card numbers
// are looked for.
const cardRun = `[0-9](?:[ -]?[0-9]){12,}`

func newSensitive(route policy.Route, path string, ps *policy.Problems) *sensitive {
	ps.OneOf(path+".onSensitive", route.OnSensitive, "refuse", "mask")
	if len(route.Sensitive) == 0 {
		return nil
	}
	s := &sensitive{
		mask:     route.OnSensitive == "mask",
		digits:   regex.Must(cardRun),
		names:    map[string]bool{},
		families: map[string]bool{},
	}
	for _, word := range route.Sensitive {
		_, isType := ParseType(word)
		switch {
		case word == "PAN":
			s.cards = true
		case isType:
			s.families[word] = true
		default:
			s.names[loosely(word)] = true
		}
	}
	return s
}

// checkSensitive refuses what is sensitive, or notes for Write what is to stand there
// instead.
func checkSensitive(r *Rules, b *Body, a *Attribute, kind Type) []policy.Violation {
	s := r.sensitive
	if s.names[loosely(a.Name)] || s.families[kind.name] {
		if s.mask {
			a.newValue = jsondoc.Quote(masked)
			return nil
		}
		return []policy.Violation{violation(a, valueIn(r, a), "sensitive", "no such attribute", "one")}
	}
	if !s.cards {
		return nil
	}
	return checkCards(r, b, a)
}

func checkCards(r *Rules, b *Body, a *Attribute) []policy.Violation {
	var violations []policy.Violation
	var out strings.Builder
	from := a.Value.Start
	for _, l := range leaves(b.text, a.Value, valueIn(r, a)) {
		text := withoutCards(r.sensitive, l.value)
		if text == l.value.Text {
			continue
		}
		violations = append(violations, violation(a, l.at, "sensitive", "no payment card number", "one"))
		out.WriteString(b.text[from:l.value.Start])
		out.WriteString(jsondoc.Quote(text))
		from = l.value.End
	}
	if len(violations) == 0 || !r.sensitive.mask {
		return violations
	}
	out.WriteString(b.text[from:a.Value.End])
	a.newValue = out.String()
	return nil
}

// withoutCards masks the card numbers in a string or a number.
func withoutCards(s *sensitive, v jsondoc.Value) string {
	if v.Kind != jsondoc.String && v.Kind != jsondoc.Number {
		return v.Text
	}
	var out strings.Builder
	from := 0
	for _, run := range s.digits.FindAllStringIndex(v.Text, -1) {
		for at := run[0]; at < run[1]; {
			start, end := firstCard(v.Text, at, run[1])
			if start < 0 {
				break
			}
			out.WriteString(v.Text[from:start])
			out.WriteString(masked)
			out.WriteString(v.Text[end-4 : end])
			from = end
			at = end
		}
	}
	if from == 0 {
		return v.Text
	}
	out.WriteString(v.Text[from:])
	return out.String()
}

// firstCard finds a card number in a run of digits, spaces and hyphens: whole groups of
// digits, since other numbers may stand beside it. Start is -1 if there is none.
func firstCard(text string, from, to int) (start, end int) {
	for start = from; start < to; start++ {
		if !digit(text[start]) || (start > from && digit(text[start-1])) {
			continue
		}
		number := ""
		for end = start; end < to && len(number) <= 19; end++ {
			if !digit(text[end]) {
				continue
			}
			number += text[end : end+1]
			if (end+1 == to || !digit(text[end+1])) && cardNumber(number) {
				return start, end + 1
			}
		}
	}
	return -1, -1
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// cardNumber tells whether digits can be a payment card's: 13 to 19 of them, an issuer of
// the banking and travel industries (first digit 2 to 6), and the check digit of Luhn
// (ISO/IEC 7812-1, annex B).
func cardNumber(number string) bool {
	if len(number) < 13 || len(number) > 19 || number[0] < '2' || number[0] > '6' {
		return false
	}
	sum := 0
	for i := 0; i < len(number); i++ {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		if d > 9 {
			d -= 9
		}
		sum += d
	}
	return sum%10 == 0
}
