package attribute

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
	"github.com/attrgate/attrgate/middleware/policy"
)

// values is how the route wants values held against types.
type values struct {
	nested     string
	allowEmpty bool
	allowNull  bool

	number   *regexp.Regexp
	positive *regexp.Regexp
	phone    *regexp.Regexp
	email    *regexp.Regexp
	host     *regexp.Regexp
	control  string
}

// The forms of the rule set "strict". They are ours: what the vendor's patterns accept is
// wider than what the types' names say.
const (
	numberForm   = `^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`
	positiveForm = `^\+?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`
	phoneForm    = `^\+?\(?[0-9](?:[ .-]?[()]?[ .-]?[0-9]){2,19}\)?$`
	emailForm    = "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@" + hostForm + "$"
	hostForm     = `[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*`
)

func newValues(route policy.Route) values {
	return values{
		nested:     route.Nested,
		allowEmpty: route.AllowEmpty,
		allowNull:  route.AllowNull,
		number:     regexp.MustCompile(numberForm),
		positive:   regexp.MustCompile(positiveForm),
		phone:      regexp.MustCompile(phoneForm),
		email:      regexp.MustCompile(emailForm),
		host:       regexp.MustCompile(`^www\.` + hostForm + `(?:[/?#][!-~]*)?$`),
		control:    controls(),
	}
}

// controls are the characters of ISO 6429 that have no place in a text: C0 without tab and
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

// checkType holds an attribute's value against a type.
func checkType(vs *values, a *Attribute, kind Type) []policy.Violation {
	v := a.Value
	switch {
	case v.Kind == jsondoc.Null:
		if vs.allowNull {
			return nil
		}
		return []policy.Violation{violation(a, valueIn(a), "type", kind.wanted(), "null")}
	case v.Kind == jsondoc.Object || v.Kind == jsondoc.List:
		return checkContainer(vs, a, kind)
	}
	if got := misfit(vs, kind, v); got != "" {
		return []policy.Violation{violation(a, valueIn(a), "type", kind.wanted(), got)}
	}
	return nil
}

// wanted says what the type asks for.
func (t Type) wanted() string {
	if t.family == familyAny {
		return "strings of at most " + strconv.Itoa(t.most) + " UTF-16 units, numbers or booleans"
	}
	return t.want
}

// checkContainer holds an object or a list against a type.
func checkContainer(vs *values, a *Attribute, kind Type) []policy.Violation {
	switch {
	case kind.family == familyWebChannelData && a.Value.Kind == jsondoc.Object:
		return nil
	case kind.family == familyStringList && a.Value.Kind == jsondoc.List:
		return checkStrings(a, kind)
	case kind.family == familyWebChannelData || kind.family == familyStringList || vs.nested == "refuse":
		return []policy.Violation{violation(a, valueIn(a), "type", kind.wanted(), a.Value.Kind.Word())}
	case vs.nested == "allow":
		return nil
	}
	return checkLeaves(vs, a, kind)
}

func checkStrings(a *Attribute, kind Type) []policy.Violation {
	var violations []policy.Violation
	for i, element := range jsondoc.Elements(a.Value.Text, local(a.Value)) {
		if element.Kind != jsondoc.String {
			at := valueIn(a) + "/" + strconv.Itoa(i)
			violations = append(violations, violation(a, at, "type", kind.wanted(), element.Kind.Word()))
		}
	}
	return violations
}

// checkLeaves holds every string within an object or a list against a type.
func checkLeaves(vs *values, a *Attribute, kind Type) []policy.Violation {
	var violations []policy.Violation
	for _, leaf := range leaves(a.Value.Text, local(a.Value), valueIn(a)) {
		if got := misfit(vs, kind, leaf.value); got != "" {
			violations = append(violations, violation(a, leaf.at, "nested", kind.wanted(), got))
		}
	}
	return violations
}

// leaf is a string inside a value.
type leaf struct {
	at    string
	value jsondoc.Value
}

func leaves(doc string, v jsondoc.Value, at string) []leaf {
	var found []leaf
	switch v.Kind {
	case jsondoc.String:
		return []leaf{{at: at, value: v}}
	case jsondoc.Object:
		for _, m := range jsondoc.Members(doc, v) {
			found = append(found, leaves(doc, m.Value, at+"/"+escape(m.Name))...)
		}
	case jsondoc.List:
		for i, element := range jsondoc.Elements(doc, v) {
			found = append(found, leaves(doc, element, at+"/"+strconv.Itoa(i))...)
		}
	}
	return found
}

// local is a value as the root of its own text.
func local(v jsondoc.Value) jsondoc.Value {
	return jsondoc.Value{Kind: v.Kind, Text: v.Text, Start: 0, End: len(v.Text)}
}

// misfit says what a string, number or boolean is instead of its type; "" if it fits.
// Numbers and booleans fit number and boolean types by their JSON text.
func misfit(vs *values, kind Type, v jsondoc.Value) string {
	if v.Kind != jsondoc.String && !lexical(kind.family) {
		return v.Kind.Word()
	}
	text := v.Text
	if text == "" && (kind.least == 0 || vs.allowEmpty) && !container(kind.family) {
		return ""
	}
	if len(text) > kind.most && !container(kind.family) {
		if n := utf16Length(text); n > kind.most {
			return strconv.Itoa(n) + " UTF-16 units"
		}
	}
	if fits(vs, kind, text) {
		return ""
	}
	switch {
	case text == "":
		return "an empty string"
	case kind.family == familyString || kind.family == familyAlphanum || kind.family == familyAlphanumSpecial:
		return "other characters"
	}
	return "another form"
}

func lexical(f family) bool {
	return f == familyAny || f == familyNumber || f == familyPositiveNumber || f == familyBoolean
}

func container(f family) bool {
	return f == familyStringList || f == familyWebChannelData
}

// fits tells whether a text of the right length is what the type says.
func fits(vs *values, kind Type, text string) bool {
	switch kind.family {
	case familyAny:
		return true
	case familyString:
		return text != "" && !strings.ContainsAny(text, vs.control)
	case familyAlphanumSpecial:
		return strings.Trim(text, specials) == ""
	case familyAlphanum:
		return text != "" && strings.Trim(text, lettersDigits) == ""
	case familyBoolean:
		return text == "true" || text == "false" || text == "1" || text == "0"
	case familyNumber:
		return vs.number.MatchString(text)
	case familyPositiveNumber:
		return vs.positive.MatchString(text)
	case familyPhoneNumber:
		return vs.phone.MatchString(text)
	case familyEmail:
		at := strings.IndexByte(text, '@')
		return at <= 64 && vs.email.MatchString(text)
	case familyIP:
		address, err := netip.ParseAddr(text)
		return err == nil && address.Zone() == ""
	case familyPassword:
		return fitsPassword(text)
	case familyURL:
		return fitsURL(vs, text)
	}
	return false
}

const (
	lowers    = "abcdefghijklmnopqrstuvwxyz"
	capitals  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
	printable = specials + "\"[]\\"
)

func fitsPassword(text string) bool {
	return len(text) >= 8 && strings.Trim(text, printable) == "" && strings.ContainsAny(text, lowers) &&
		strings.ContainsAny(text, capitals) && strings.ContainsAny(text, digits)
}

func fitsURL(vs *values, text string) bool {
	if vs.host.MatchString(text) {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		!strings.ContainsAny(text, " \t\r\n")
}
