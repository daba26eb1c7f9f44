package policyfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware/policy"
)

// problems of a file with the given name and content, one a line.
func problems(t *testing.T, name, content string) string {
	t.Helper()
	err := policyfile.Parse(name, []byte(content)).Problems(nil)
	if err == nil {
		return ""
	}
	return err.Error()
}

func lines(line ...string) string {
	return strings.Join(line, "\n")
}

func TestProblemsOfAYAMLFileComeAllAtOnceWithPositions(t *testing.T) {
	got := problems(t, "p.yaml", `# comment
issuers:
  - issuer: https://idp.example.com
    audiences: contact-centre
    leeway: 30
routes:
- api: salesiq-custom-info
  keys:
    stile: lower
    "unwrap": yes
  "limits": {depth: 1.5, héé: 1, bodyBites: 2}
- mode: report
  mode: enforce
  schemes: [Bearer, 7, {a: 1}]
lookalike: pass
7: x
`)
	want := lines(
		`p.yaml:4:5: issuers[0].audiences: must be a list, not a string`,
		`p.yaml:5:5: issuers[0].leeway: must be a string, not the number 30`,
		`p.yaml:9:5: routes[0].keys.stile: unknown field; did you mean "style"?`,
		`p.yaml:10:5: routes[0].keys.unwrap: must be true or false, not a string`,
		`p.yaml:11:14: routes[0].limits.depth: must be a whole number, not the number 1.5`,
		`p.yaml:11:26: routes[0].limits.héé: unknown field; known here: …`,
		`p.yaml:11:34: routes[0].limits.bodyBites: unknown field; did you mean "bodyBytes"?`,
		`p.yaml:13:3: routes[1].mode: given twice`,
		`p.yaml:14:21: routes[1].schemes[1]: must be a string, not the number 7`,
		`p.yaml:14:24: routes[1].schemes[2]: must be a string, not an object`,
		`p.yaml:15:1: lookalike: unknown field; did you mean "lookalikes"?`,
		`p.yaml:16:1: 7: unknown field; known here: …`,
	)
	if got := withoutKnown(got); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestTheSectionIsAmongTheKnownFieldsOfAFile(t *testing.T) {
	err := policyfile.Parse("p.yaml", []byte("gatewy: {}\nroutes: [{gatewy: {}}]")).Problems(nil)
	got := strings.Split(err.Error(), "\n")
	if len(got) != 2 || !strings.HasSuffix(got[0], ", resourceMetadata, gateway") || strings.HasSuffix(got[1], ", gateway") {
		t.Errorf("got %q", got)
	}
}

// withoutKnown leaves out the lists of known fields, which grow.
func withoutKnown(problems string) string {
	return regexp.MustCompile("known here: .*").ReplaceAllString(problems, "known here: …")
}

func TestProblemsOfAJSONFileComeAllAtOnceWithPositions(t *testing.T) {
	got := problems(t, "dir/p.JSON", `{
	"isuers": [],
  "héé": {"a": [1, {"b": 2}]}, "routes": [
    {"mode": "report", "mode" : "enforce"},
    7 , {"limits": {"depth"
       : "3"}, "x.y[0]": "\"}"}
  ]
}`)
	want := lines(
		`dir/p.JSON:2:2: isuers: unknown field; did you mean "issuers"?`,
		`dir/p.JSON:3:3: héé: unknown field; known here: …`,
		`dir/p.JSON:4:24: routes[0].mode: given twice`,
		`dir/p.JSON:5:5: routes[1]: must be an object, not the number 7`,
		`dir/p.JSON:5:21: routes[2].limits.depth: must be a whole number, not a string`,
		`dir/p.JSON:6:16: routes[2].x.y[0]: unknown field; known here: …`,
	)
	if got := withoutKnown(got); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestFilesThatCannotBeReadAsAPolicy(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"p.json", "", "p.json:1:1: the policy is empty"},
		{"p.json", " \n", "p.json:1:1: the policy is empty"},
		{"p.json", "{\n  \"a\": }", "p.json:2:8: not JSON: invalid character '}' looking for beginning of value"},
		{"p.json", "{} {}", "p.json:1:4: not JSON: invalid character '{' after top-level value"},
		{"p.json", `{"a": [`, "p.json:1:7: not JSON: unexpected end of JSON input"},
		{"p.json", "[]", "p.json:1:1: must be an object, not a list"},
		{"p.json", "issuers: []", "p.json:1:1: not JSON: invalid character 'i' looking for beginning of value"},
		{"p.json", "{\"a\": \"\xff\"}", "p.json:1:8: not UTF-8"},
		{"p.yaml", "", "p.yaml:1:1: the policy is empty"},
		{"p.yaml", "# only this\n", "p.yaml:1:1: the policy is empty"},
		{"p.yaml", "---\n", "p.yaml:1:1: the policy is empty"},
		{"p.yaml", "a: \xc3(", "p.yaml:1:4: not UTF-8"},
		{"p.yaml", "just text\n", "p.yaml:1:1: must be an object, not a string"},
		{"p.yaml", "a:\n\tb: 2\n", `p.yaml:2:1: not YAML: found character '\t' that cannot start any token`},
		{"p.yaml", "a: [\n", "p.yaml:1:4: not YAML: sequence end token ']' not found"},
		{"p.yaml", "a: 'x\n", "p.yaml:1:4: not YAML: could not find end character of single-quoted text"},
	} {
		if got := problems(t, c.name, c.content); got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.content, got, c.want)
		}
	}
}

func TestWhatTheConstructorSaysGetsPositionsToo(t *testing.T) {
	f := policyfile.Parse("p.yaml", []byte("issuers: []\nroutes:\n  - match: PUT /x\n    leeway: 1\n    mode: 3\n"))
	err := f.Problems(policy.Problems{
		{Path: "routes[0].mode", Message: "is said once already"},
		{Path: "routes[0].body.shape", Message: "required"},
		{Path: "routes[0].match", Message: "bad"},
		{Path: "issuers[0]", Message: "odd"},
		{Message: "all of it"},
	})
	want := lines(
		"p.yaml:1:1: issuers[0]: odd",
		"p.yaml:1:1: all of it",
		"p.yaml:3:5: routes[0].body.shape: required",
		"p.yaml:3:5: routes[0].match: bad",
		"p.yaml:4:5: routes[0].leeway: unknown field; known here: ",
		"p.yaml:5:5: routes[0].mode: must be a string, not the number 3",
	)
	got := strings.Split(err.Error(), "\n")
	if len(got) == 6 {
		got[4] = got[4][:min(len(got[4]), len(strings.Split(want, "\n")[4]))]
	}
	if lines(got...) != want {
		t.Errorf("got:\n%s\nwant:\n%s", lines(got...), want)
	}
}

func TestOtherErrorsOfTheConstructorStayWhatTheyAre(t *testing.T) {
	other := errors.New("no entropy")
	if err := policyfile.Parse("p.yaml", []byte("issuers: []")).Problems(other); !errors.Is(err, other) {
		t.Errorf("got %v", err)
	}
}

func TestRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.yaml")
	if _, err := policyfile.Read(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(name, []byte("lookalikes: refuse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := policyfile.Read(name)
	if err != nil || f.Problems(nil) != nil || f.Policy.Lookalikes != "refuse" {
		t.Errorf("got %+v, %v", f, err)
	}
}

// A log in the place of a policy must not take the memory of a gateway that reads it anew.
func TestWhatIsTooLongForAPolicyIsNotTakenApart(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.yaml")
	if err := os.WriteFile(name, bytes.Repeat([]byte("#"), 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := policyfile.Read(name); err != nil || f.Problems(nil).Error() != name+":1:1: the policy is empty" {
		t.Errorf("8 MiB: %v", err)
	}
	if err := os.WriteFile(name, bytes.Repeat([]byte("#"), 8<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := policyfile.Read(name); err == nil || err.Error() != name+": longer than 8 MiB, and so no policy" {
		t.Errorf("8 MiB and a byte: %v", err)
	}
	if _, err := policyfile.ReadFrom("<stdin>", endless{}); err == nil || err.Error() != "<stdin>: longer than 8 MiB, and so no policy" {
		t.Errorf("without an end: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
