package traefik_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policy"
)

var names = traefik.Names{Middleware: "gate", Plugin: "attrgate", Service: "app", Namespace: "edge"}

// forms writes a policy in every form that can be read again.
var forms = map[string]func(policy.Policy) ([]byte, policy.Problems){
	"policy.yaml": func(p policy.Policy) ([]byte, policy.Problems) { return traefik.Tree(p).YAML(), nil },
	"policy.json": func(p policy.Policy) ([]byte, policy.Problems) { return traefik.Tree(p).JSON(), nil },
	"dynamic.yaml": func(p policy.Policy) ([]byte, policy.Problems) {
		document, problems := traefik.Document(p, names)
		return document.YAML(), problems
	},
	"dynamic.toml": func(p policy.Policy) ([]byte, policy.Problems) {
		document, problems := traefik.Document(p, names)
		return document.TOML(), problems
	},
	"compose.yaml": func(p policy.Policy) ([]byte, policy.Problems) { return traefik.Labels(p, names).YAML(), nil },
	"middleware.yaml": func(p policy.Policy) ([]byte, policy.Problems) {
		document, _, problems := traefik.Manifest(p, names)
		return document.YAML(), problems
	},
}

var wantForm = map[string]traefik.Form{
	"policy.yaml": traefik.FormPolicy, "policy.json": traefik.FormPolicy, "compose.yaml": traefik.FormLabels,
	"dynamic.yaml": traefik.FormFile, "dynamic.toml": traefik.FormFile, "middleware.yaml": traefik.FormKubernetes,
}

// Every policy of the project comes back as it was, from every form.
func TestRoundTrips(t *testing.T) {
	for name, p := range projectPolicies(t) {
		for file, write := range forms {
			text, problems := write(p)
			if len(problems) > 0 {
				t.Errorf("%s as %s: %v", name, file, problems)
				continue
			}
			if got, err := readBack(file, text); err != nil || !reflect.DeepEqual(p, got) {
				t.Errorf("%s as %s: %v\ngot  %+v\nwant %+v\n%s", name, file, err, got, p, text)
			}
		}
	}
}

func readBack(file string, text []byte) (policy.Policy, error) {
	document, err := policyfile.ReadDocument(file, filepath.Ext(file), text)
	if err != nil {
		return policy.Policy{}, err
	}
	form := traefik.Detect(document.Root)
	if form != wantForm[file] {
		return policy.Policy{}, &fs.PathError{Op: "detected as " + string(form), Path: file, Err: fs.ErrInvalid}
	}
	if form == traefik.FormPolicy {
		read := policyfile.Parse(file, text)
		return read.Policy, read.Problems(nil)
	}
	read, doubts, err := traefik.Read([]*policyfile.Document{document}, form, traefik.Names{Plugin: "attrgate"})
	if err != nil || len(doubts) > 0 {
		return policy.Policy{}, errors.Join(err, doubts.Err())
	}
	return read.Policy, read.Problems(nil)
}

// projectPolicies reads every policy among the cases and the examples, and one that has
// every field and all that is hard to write.
func projectPolicies(t *testing.T) map[string]policy.Policy {
	t.Helper()
	policies := map[string]policy.Policy{"every field": everyField()}
	for _, root := range []string{"../../../../testdata/cases", "../../../../examples"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() != "policy.json" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			policies[path], err = policy.Parse(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(policies) < 100 {
		t.Fatalf("only %d policies found", len(policies))
	}
	return policies
}

// everyField sets every field of a policy, each text to another awkward one.
func everyField() policy.Policy {
	var p policy.Policy
	count := 0
	fill(reflect.ValueOf(&p).Elem(), &count)
	return p
}

var awkward = []string{
	"true", "No", "null", "~", "1.5", "0x10", "2026-01-31", "a: b", "a #b", "- a", " a", "a ", "a,b", "a, b", "{{ .Env }}", "{{", "$HOME ${A} $$",
	"'", `"`, `\`, `\u0041`, "\ttab", "two\nlines", "two\nlines\n", "two\n\nlines", "\nline", "\x01\x7f", "é 漢 😀", "\u2028\u0085\ufeff\u200b", "%",
	"@", "`", "!x", "&x", "*x", "|", ">", "?", "[a]", "{a}", "a=b", "=", "\r\n", "PUT /a/{b}", "https://example.com:8443/a?b=c#d", "^(?:[a-z]{2,})$",
	"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n", "0", "1e3", "y", ".inf", "<<", "__proto__",
}

func fill(v reflect.Value, count *int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Extra" {
				fill(v.Field(i), count)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 12, 12)) // indexes of one and two digits
		for i := range v.Len() {
			fill(v.Index(i), count)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem())) // to false
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		*count++
		v.SetInt(int64(*count))
	case reflect.String:
		v.SetString(awkward[*count%len(awkward)])
		*count++
	}
}
