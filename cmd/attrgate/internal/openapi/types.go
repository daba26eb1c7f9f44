package openapi

import (
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// form is what JSON Schema can say of the strings of a value type. It accepts all strings
// that the gate accepts; description has the rest.
type form struct {
	least, most int // characters, which are at most as many as UTF-16 units
	patterns    []string
	formats     []string // one of them
}

const (
	hostForm = `[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*`
	atomForm = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"

	// siteForm is what the vendor's pattern for addresses accepts.
	siteForm = `^(?:[A-Za-z]{2,9}:(?://)?(?:` + userForm + `)?[A-Za-z0-9.-]+|(?:www\.|` + userForm + `)[A-Za-z0-9.-]+)` +
		`(?:/[+~%/.A-Za-z0-9_-]*)?\??[-+=&;%@.A-Za-z0-9_]*#?[.!/\\A-Za-z0-9_]*$`
	userForm = `[-;:&=+$,A-Za-z0-9_]+@`

	// specialForm is what AlphanumSpecial takes.
	specialForm = "^[A-Za-z0-9 _@.,;:`~=*'%$!^/#&+()?{}><|-]*$"
)

// strictForms are those of the types without a length in the rule set strict.
func strictForms() map[string]form {
	return map[string]form{
		"Boolean":        {patterns: []string{`^(?:true|false|1|0)$`}},
		"Email":          {most: 254, patterns: []string{"^" + atomForm + `(?:\.` + atomForm + ")*@" + hostForm + "$"}},
		"IP":             {patterns: []string{`^[0-9A-Fa-f:.]{2,45}$`}, formats: []string{"ipv4", "ipv6"}},
		"Number":         {most: 400, patterns: []string{`^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`}},
		"Password":       {patterns: []string{`^[ -~]{8,256}$`, `[a-z]`, `[A-Z]`, `[0-9]`}},
		"PhoneNumber":    {most: 50, patterns: []string{`^\+?\(?[0-9](?:(?:[ .-]|[ .-]?[()][ .-]?)?[0-9]){2,19}\)?$`}},
		"PositiveNumber": {most: 400, patterns: []string{`^\+?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$`}},
		"URL":            {most: 2000, patterns: []string{`^(?:[Hh][Tt][Tt][Pp][Ss]?://|www\.)[^ \t\r\n]+$`}},
	}
}

// documentedForms are those that differ in the rule set documented.
func documentedForms() map[string]form {
	return map[string]form{
		"Email":       {most: 254, patterns: []string{"^[a-zA-Z0-9.!#$%&’*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:[^\\n\\r][a-zA-Z0-9-]+)*$"}},
		"IP":          {most: 45},
		"Number":      {most: 400, patterns: []string{`^[-+0-9.]+$`}},
		"Password":    {patterns: []string{`^[A-Za-z0-9]{8,256}$`, `[a-z]`, `[A-Z]`, `[0-9]`}},
		"PhoneNumber": {most: 50, patterns: []string{`^\+?(?:[0-9]+(?:\.[0-9]*)?|[^\n\r][0-9]+)$`}},
		"URL":         {most: 2000, patterns: []string{siteForm}},
	}
}

// formOf is the form of a type in a rule set.
func formOf(name string, documented bool) form {
	stem := strings.TrimRight(name, "0123456789")
	size, _ := strconv.Atoi(name[len(stem):])
	breaks := `^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$`
	if documented {
		breaks = "^[^\\n\\r\u2028\u2029]*$"
	}
	switch stem {
	case "String":
		return form{least: 1, most: size, patterns: []string{breaks}}
	case "Alphanum":
		return form{least: 1, most: size, patterns: []string{`^[A-Za-z0-9 ]*$`}}
	case "AlphanumSpecial":
		return form{most: size, patterns: []string{specialForm}}
	}
	f := strictForms()[name]
	if other, differs := documentedForms()[name]; differs && documented {
		f = other
	}
	f.least = 1
	return f
}

// schema is the form as a schema of strings.
func (f form) schema(allowEmpty bool) *tree.Node {
	s := tree.NewMap(tree.F("type", "string"))
	if f.least > 0 && !allowEmpty {
		s.Add("minLength", f.least)
	}
	if f.most > 0 {
		s.Add("maxLength", f.most)
	}
	if len(f.patterns) == 1 {
		s.Add("pattern", f.patterns[0])
	} else if len(f.patterns) > 1 {
		s.Add("allOf", each("pattern", f.patterns))
	}
	if len(f.formats) > 0 {
		s.Add("anyOf", each("format", f.formats))
	}
	if allowEmpty && len(f.patterns) > 0 {
		return anyOf(tree.NewMap(tree.F("const", "")), s)
	}
	return s
}

// each makes a schema of every value of a keyword.
func each(keyword string, values []string) []*tree.Node {
	var schemas []*tree.Node
	for _, v := range values {
		schemas = append(schemas, tree.NewMap(tree.F(keyword, v)))
	}
	return schemas
}

func anyOf(schemas ...*tree.Node) *tree.Node {
	if len(schemas) == 1 {
		return schemas[0]
	}
	return tree.NewMap(tree.F("anyOf", schemas))
}

func typed(names ...string) *tree.Node {
	if len(names) == 1 {
		return tree.NewMap(tree.F("type", names[0]))
	}
	return tree.NewMap(tree.F("type", names))
}
