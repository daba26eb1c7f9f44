package valuetype_test

import (
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/valuetype"
)

// both returns a function that tells which rule sets accept a value of a type.
func both(t *testing.T, name string) func(value string) (strict, documented bool) {
	t.Helper()
	accepts := func(rules string) func(string) bool {
		rule, err := valuetype.New(rules, strings.Replace(name, "<N>", "50", 1))
		if err != nil {
			t.Fatal(err)
		}
		return func(value string) bool {
			broken, err := rule.Try([]byte(value))
			if err != nil {
				t.Fatalf("%s %s %s: %v", rules, name, value, err)
			}
			return len(broken) == 0
		}
	}
	strict, documented := accepts(valuetype.Strict), accepts(valuetype.Documented)
	return func(value string) (bool, bool) { return strict(value), documented(value) }
}

// apart has, for each type whose rule sets differ, values that only one of them accepts.
var apart = map[string]map[string][]string{
	"String<N>": {valuetype.Strict: {`"a\nb"`}, valuetype.Documented: {`"a\u0001b"`}},
	"Email": {
		valuetype.Strict:     {`"o'neil@example.com"`},
		valuetype.Documented: {`"o’neil@example.com"`, `"a@example!com"`, `".a.@example.com"`},
	},
	"IP":       {valuetype.Documented: {`"192x0y2z1"`, `"fe80::1%eth0"`}},
	"Number":   {valuetype.Documented: {`"1.2.3"`, `"+-"`}},
	"Password": {valuetype.Strict: {`"Secret-1!"`}},
	"PhoneNumber": {
		valuetype.Strict:     {`"+49 30 123456"`},
		valuetype.Documented: {`"1"`, `"12."`, `"+x123"`},
	},
	"URL": {
		valuetype.Strict:     {`"https://[::1]/"`},
		valuetype.Documented: {`"ftp://example.com"`, `"user@example.com"`, `"https://user:secret@example.com"`},
	},
}

func TestTheTableSaysWhichRuleSetsDiffer(t *testing.T) {
	table, err := valuetype.Table()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range table {
		if (row.Documented == "the same") != (apart[row.Name] == nil) {
			t.Errorf("%s: the table says %q", row.Name, row.Documented)
		}
		accepts, name := both(t, row.Name), row.Name
		for rules, values := range apart[row.Name] {
			for _, value := range values {
				strict, documented := accepts(value)
				if strict == documented || strict != (rules == valuetype.Strict) {
					t.Errorf("%s %s: strict %t, documented %t", name, value, strict, documented)
				}
			}
		}
	}
}

// Whatever the table calls the same is the same for all kinds of values.
func TestTheSameIsTheSame(t *testing.T) {
	table, err := valuetype.Table()
	if err != nil {
		t.Fatal(err)
	}
	values := []string{
		`""`, `"a"`, `"a b"`, `"é"`, `"\u0001"`, `"a\nb"`, `"a_@.,;:"`, `"\""`, `"true"`, `"TRUE"`, `"1"`, `"0"`, `"-1"`, `"+1.5"`, `".5"`, `"1."`,
		`true`, `1`, `-1`, `1.5`, `1e3`, `null`, `{}`, `{"a":"\u0001"}`, `[]`, `["a"]`, `["a",1]`, `"` + strings.Repeat("a", 51) + `"`,
	}
	for _, row := range table {
		accepts, name := both(t, row.Name), row.Name
		for _, value := range values {
			strict, documented := accepts(value)
			if row.Documented == "the same" && strict != documented {
				t.Errorf("%s %s: strict %t, documented %t", name, value, strict, documented)
			}
		}
	}
}

// The gate lists all types where a policy names one that it does not know.
func TestTheTableHasAllTypes(t *testing.T) {
	_, err := valuetype.New(valuetype.Strict, "Strng50")
	if err == nil {
		t.Fatal("Strng50 is no type")
	}
	table, _ := valuetype.Table()
	_, list, _ := strings.Cut(err.Error(), "; ")
	names := strings.Split(strings.Replace(list, " or ", ", ", 1), ", ")
	if len(names) != len(table) {
		t.Fatalf("the gate knows %q, the table has %d rows", names, len(table))
	}
	for i, name := range names {
		if table[i].Name != name || table[i].Strict == "" {
			t.Errorf("row %d is %+v, not %s", i, table[i], name)
		}
	}
}
