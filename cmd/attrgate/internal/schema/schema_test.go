package schema_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/schema"
	"github.com/attrgate/attrgate/middleware"
)

const root = "../../../.."

// compiled is the schema in the hands of a validator, which holds it against the
// metaschema of its draft too.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Document))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("policy.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// policies are all that the repository shows, as JSON by the places they stand at.
func policies(t *testing.T) map[string][]byte {
	t.Helper()
	found := map[string][]byte{"complete.yaml": asJSON(t, reference.Complete)}
	for _, dir := range []string{"testdata/cases", "examples"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && slices.Contains([]string{"policy.json", "policy.yaml", "attrgate.yaml"}, entry.Name()) {
				found[path] = asJSON(t, read(t, path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		for _, block := range fenced.FindAllSubmatch(read(t, page), -1) {
			if starts.Match(block[1]) {
				found[page+": "+string(block[1])] = asJSON(t, block[1])
			}
		}
	}
	return found
}

var (
	fenced = regexp.MustCompile("(?s)```(?:json|yaml)\n(.*?)```")
	starts = regexp.MustCompile(`^(?:#[^\n]*\n)*(?:\{\s*"issuers"|issuers:|gateway:)`)
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func asJSON(t *testing.T, text []byte) []byte {
	t.Helper()
	if json.Valid(text) {
		return text
	}
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return converted
}

func valid(t *testing.T, s *jsonschema.Schema, document []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

func TestWhateverTheGateAcceptsIsValid(t *testing.T) {
	s := compiled(t)
	accepted := 0
	for name, document := range policies(t) {
		file := policyfile.ParseAny(name, document)
		_, err := middleware.New(file.Policy, middleware.Options{})
		if err := file.Problems(err); err != nil {
			continue
		}
		accepted++
		if err := valid(t, s, document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if accepted < 100 {
		t.Errorf("%d policies are too few", accepted)
	}
}

// Every field of the complete policy, misspelt, or with a value of another type, is not
// valid any more.
func TestWhatIsMisspeltIsNotValid(t *testing.T) {
	s := compiled(t)
	var document any
	if err := json.Unmarshal(asJSON(t, reference.Complete), &document); err != nil {
		t.Fatal(err)
	}
	tried := 0
	mistakes(document, func(what string) {
		tried++
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		if valid(t, s, text) == nil {
			t.Errorf("valid all the same: %s", what)
		}
	})
	if tried < 300 {
		t.Errorf("%d mistakes are too few", tried)
	}
}

// mistakes makes one mistake after the other in a document, and takes it back.
func mistakes(value any, try func(what string)) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			mistakes(element, try)
		}
	case map[string]any:
		for name, inner := range value {
			delete(value, name)
			value[name+"s"] = inner
			try(name + "s")
			delete(value, name+"s")
			value[name] = map[string]any{"x": 1}
			try(name + " as an object with a strange member")
			value[name] = inner
		}
		for _, inner := range value {
			mistakes(inner, try)
		}
	}
}

func TestWhatIsWrongIsNotValid(t *testing.T) {
	s := compiled(t)
	for _, text := range []string{
		`[]`,
		`{"isuers": []}`,
		`{"issuers": [{"audiences": ["a"]}]}`,
		`{"issuers": [{"issuer": "https://idp.example.com"}]}`,
		`{"issuers": [{"issuer": "https://idp.example.com", "audiences": "a"}]}`,
		`{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["a"], "leeway": "soon"}]}`,
		`{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["a"], "leeway": 30}]}`,
		`{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["a"], "algorithms": ["none"]}]}`,
		`{"routes": [{}]}`,
		`{"routes": [{"api": "other"}]}`,
		`{"routes": [{"api": "salesiq-custom-info", "attributes": [{"name": "a", "type": "Strng50"}]}]}`,
		`{"routes": [{"api": "salesiq-custom-info", "attributes": [{"type": "String50"}]}]}`,
		`{"routes": [{"api": "salesiq-custom-info", "limits": {"depth": 1001}}]}`,
		`{"routes": [{"api": "salesiq-custom-info", "limits": {"depth": -1}}]}`,
		`{"lookalikes": "pass"}`,
		`{"gateway": {"upstreams": [{"urls": "http://x"}]}}`,
		`{"gateway": {"rateLimits": [{"by": "subject"}]}}`,
	} {
		if valid(t, s, []byte(text)) == nil {
			t.Errorf("valid: %s", text)
		}
	}
}

func TestEveryFieldIsDescribed(t *testing.T) {
	var document any
	if err := json.Unmarshal(schema.Document, &document); err != nil {
		t.Fatal(err)
	}
	count := 0
	described(document, "", func(path string, property map[string]any) {
		count++
		if text, _ := property["description"].(string); !strings.Contains(text, " ") {
			t.Errorf("%s: no description", path)
		}
	})
	if count < 150 {
		t.Errorf("%d fields are too few", count)
	}
}

func described(value any, path string, visit func(string, map[string]any)) {
	object, _ := value.(map[string]any)
	inner, _ := object["properties"].(map[string]any)
	for name, property := range inner {
		visit(path+"."+name, property.(map[string]any))
		described(property, path+"."+name, visit)
	}
	if object["items"] != nil {
		described(object["items"], path+"[]", visit)
	}
}
