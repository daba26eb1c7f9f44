package valuetype_test

import (
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/valuetype"
)

func accepts(t *testing.T, rules, name, value string) bool {
	t.Helper()
	broken, err := valuetype.Try(rules, name, []byte(value))
	if err != nil {
		t.Fatalf("%s %s %s: %v", rules, name, value, err)
	}
	return len(broken) == 0
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
		name := strings.Replace(row.Name, "<N>", "50", 1)
		for rules, values := range apart[row.Name] {
			for _, value := range values {
				strict, documented := accepts(t, valuetype.Strict, name, value), accepts(t, valuetype.Documented, name, value)
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
		name := strings.Replace(row.Name, "<N>", "50", 1)
		for _, value := range values {
			strict, documented := accepts(t, valuetype.Strict, name, value), accepts(t, valuetype.Documented, name, value)
			if row.Documented == "the same" && strict != documented {
				t.Errorf("%s %s: strict %t, documented %t", name, value, strict, documented)
			}
		}
	}
}

// The gate lists all types where a policy names one that it does not know.
func TestTheTableHasAllTypes(t *testing.T) {
	_, err := valuetype.Try(valuetype.Strict, "Strng50", valuetype.Text("x"))
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
