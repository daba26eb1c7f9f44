package attribute

import (
	"strconv"
	"strings"
)

// family is a kind of value type.
type family int

const (
	familyAny family = iota // no type: any value whose strings are short enough
	familyString
	familyAlphanum
	familyAlphanumSpecial
	familyBoolean
	familyEmail
	familyIP
	familyNumber
	familyPassword
	familyPhoneNumber
	familyPositiveNumber
	familyStringList
	familyURL
	familyWebChannelData
)

// Type is a value type of ExpertFlow CX, such as String50.
type Type struct {
	name   string
	family family
	least  int // UTF-16 units
	most   int // UTF-16 units
	want   string
}

const (
	lettersDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "

	// specials come from the vendor's form validation of AlphanumSpecial200.
	specials = lettersDigits + "_@.,;:`~=*'%$!^/#&+()?{}><|-"

	knownTypes = "String<N>, Alphanum<N>, AlphanumSpecial<N>, Boolean, Email, IP, Number, Password, " +
		"PhoneNumber, PositiveNumber, StringList, URL or WebChannelData"
)

// ParseType finds the value type of a name. The sized families take any length from 1 to
// 1000000; spelling is exact.
func ParseType(name string) (Type, bool) {
	if t, ok := fixedType(name); ok {
		return t, true
	}
	stem := strings.TrimRight(name, "0123456789")
	digits := name[len(stem):]
	size, err := strconv.Atoi(digits)
	if err != nil || digits[0] == '0' || size > 1000000 {
		return Type{}, false
	}
	upTo := " to " + digits + " UTF-16 units"
	switch stem {
	case "String":
		return Type{name, familyString, 1, size, name + ": 1" + upTo + " without control characters other than tab and line breaks"}, true
	case "Alphanum":
		return Type{name, familyAlphanum, 1, size, name + ": 1" + upTo + " of ASCII letters, digits and space"}, true
	case "AlphanumSpecial":
		return Type{name, familyAlphanumSpecial, 0, size,
			name + ": 0" + upTo + " of ASCII letters, digits, space and _@.,;:`~=*'%$!^/#&+()?{}><|-"}, true
	}
	return Type{}, false
}

func fixedType(name string) (Type, bool) {
	switch name {
	case "Boolean":
		return Type{name, familyBoolean, 1, 5, "Boolean: true, false, 1 or 0"}, true
	case "Email":
		return Type{name, familyEmail, 3, 254, "Email: one address of at most 254 characters, such as a.b@example.com"}, true
	case "IP":
		return Type{name, familyIP, 2, 45, "IP: an IPv4 or IPv6 address without a zone"}, true
	case "Number":
		return Type{name, familyNumber, 1, 400, "Number: one decimal number without an exponent"}, true
	case "Password":
		return Type{name, familyPassword, 8, 256, "Password: 8 to 256 printable ASCII characters with a lower-case letter, a capital and a digit"}, true
	case "PhoneNumber":
		return Type{name, familyPhoneNumber, 3, 50, "PhoneNumber: 3 to 20 digits, a + in front, single spaces, hyphens, dots and parentheses between"}, true
	case "PositiveNumber":
		return Type{name, familyPositiveNumber, 1, 400, "PositiveNumber: one decimal number of at least 0, without a minus or an exponent"}, true
	case "StringList":
		return Type{name, familyStringList, 0, 0, "StringList: a list of strings"}, true
	case "URL":
		return Type{name, familyURL, 4, 2000, "URL: absolute http or https with a host and without credentials, or www. and a host"}, true
	case "WebChannelData":
		return Type{name, familyWebChannelData, 0, 0, "WebChannelData: an object"}, true
	}
	return Type{}, false
}

// wanted says what the type asks for.
func wanted(f *forms, t Type) string {
	switch {
	case t.family == familyAny:
		return "strings of at most " + strconv.Itoa(t.most) + " UTF-16 units, numbers or booleans"
	case f.documented:
		return t.name + " as the vendor's pattern has it"
	}
	return t.want
}

// aliasedType finds the type behind a spelling that is seen in the wild: another letter
// case, a programmer's word, or the form builder's.
func aliasedType(name string) (Type, bool) {
	folded := strings.ToLower(name)
	for _, exact := range fixedNames() {
		if strings.ToLower(exact) == folded {
			return fixedType(exact)
		}
	}
	switch folded {
	case "string", "paragraph":
		return ParseType("String2000")
	case "shortanswer":
		return ParseType("String100")
	case "alphanumeric":
		return ParseType("Alphanum100")
	case "alphanumericspecial":
		return ParseType("AlphanumSpecial200")
	case "int":
		return fixedType("Number")
	}
	stem := strings.TrimRight(folded, "0123456789")
	for _, exact := range []string{"String", "Alphanum", "AlphanumSpecial"} {
		if strings.ToLower(exact) == stem {
			return ParseType(exact + folded[len(stem):])
		}
	}
	return Type{}, false
}

func fixedNames() []string {
	return []string{
		"PositiveNumber", "IP", "Number", "PhoneNumber", "URL", "Boolean", "Email", "Password", "StringList", "WebChannelData",
	}
}

// documentedTypes are the type names that the vendor documents.
func documentedTypes() map[string]Type {
	types := map[string]Type{}
	for _, name := range append(fixedNames(), "Alphanum100", "AlphanumSpecial200", "String2000", "String50", "String100") {
		types[name], _ = ParseType(name)
	}
	return types
}
