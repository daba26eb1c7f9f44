package valuetype

import "strings"

// Type is a row of the table of value types.
type Type struct {
	// Name is the type's name, with <N> for a length.
	Name string `json:"name"`
	// Strict says what the strict rule set accepts, in the words of its refusals.
	Strict string `json:"strict"`
	// Documented says what the documented rule set accepts.
	Documented string `json:"documented"`
}

// same stands where both rule sets accept the same.
const same = "the same"

// Table returns all value types.
func Table() ([]Type, error) {
	types := []Type{
		{Name: "String<N>", Documented: "1 to N UTF-16 units without line breaks"},
		{Name: "Alphanum<N>", Documented: same},
		{Name: "AlphanumSpecial<N>", Documented: same},
		{Name: "Boolean", Documented: same},
		{Name: "Email", Documented: "as strict, but an apostrophe is ’, dots stand anywhere before the @, and after it any character in the place of a dot"},
		{Name: "IP", Documented: "IPv4 with any character in the place of a dot, or IPv6 with any zone"},
		{Name: "Number", Documented: "digits, signs and dots in any order"},
		{Name: "Password", Documented: "8 to 256 ASCII letters and digits with a lower-case letter, a capital and a digit"},
		{Name: "PhoneNumber", Documented: "digits, with one dot after the first or any one character before them; a + in front"},
		{Name: "PositiveNumber", Documented: same},
		{Name: "StringList", Documented: same},
		{Name: "URL", Documented: "a scheme of 2 to 9 letters, www. or a user, and a host; credentials too"},
		{Name: "WebChannelData", Documented: same},
	}
	for i := range types {
		strict, err := wanted(types[i].Name)
		if err != nil {
			return nil, err
		}
		types[i].Strict = strict
	}
	return types, nil
}

// example is a length that no type's words have otherwise.
const example = "777"

// wanted gets the words for a type from a value that none accepts: a control character.
func wanted(name string) (string, error) {
	rule, err := New(Strict, strings.Replace(name, "<N>", example, 1))
	if err != nil {
		return "", err
	}
	broken, err := rule.Try(Text("\x01"))
	if err != nil || len(broken) == 0 {
		return "", err
	}
	_, words, _ := strings.Cut(broken[0].Want, ": ")
	return strings.Replace(words, example, "N", 1), nil
}
