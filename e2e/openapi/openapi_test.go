package openapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/parameters"
	"github.com/pb33f/libopenapi-validator/paths"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/policytest"
)

const (
	root   = "../.."
	corpus = root + "/testdata/cases"
	wider  = "testdata/wider.txt"
)

// corpora are the folders of cases whose policies are described.
var corpora = []string{corpus, root + "/examples/policies"}

// TestDescriptions holds the description of every policy of the cases against OpenAPI 3.1 and
// every request of the cases against the description. What the gate admits is valid. What it
// refuses for its body is not, but for the cases that testdata/wider.txt lists.
func TestDescriptions(t *testing.T) {
	describe := newDescriber(t)
	var admitted int
	var accepted []string
	for _, c := range load(t) {
		decision := decide(t, c)
		valid, failures := describe.validate(t, c)
		switch {
		case decision.Outcome == middleware.Admitted && !valid:
			t.Errorf("%s: the gate admits it, the description does not: %s", c.Name, failures)
		case decision.Outcome == middleware.Admitted:
			admitted++
		case valid && decision.Outcome == middleware.Refused && aboutBody[decision.Refusal.Code]:
			accepted = append(accepted, c.Name)
		}
	}
	if admitted < 50 {
		t.Errorf("only %d cases were admitted", admitted)
	}
	compareList(t, wider, accepted)
}

// aboutBody are the refusals that a schema might have foreseen.
var aboutBody = map[middleware.Code]bool{
	middleware.InvalidShape: true, middleware.InvalidAttributes: true, middleware.MalformedJSON: true, middleware.InvalidPath: true,
}

func load(t *testing.T) []policytest.Case {
	t.Helper()
	var all []policytest.Case
	for _, dir := range corpora {
		cases, err := policytest.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, cases...)
	}
	return all
}

// decide asks the gate. Tokens that cannot be verified here make no difference: what is
// compared are requests whose decision is about the body.
func decide(t *testing.T, c policytest.Case) middleware.Decision {
	t.Helper()
	p, err := policy.Parse(c.Policy)
	if err != nil {
		t.Fatal(err)
	}
	gate, err := middleware.New(p, middleware.Options{})
	if err != nil {
		t.Fatal(err)
	}
	request := read(c)
	if request == nil {
		return middleware.Decision{}
	}
	_, decision := gate.Admit(request)
	return decision
}

// read makes a request of a case, or nil of one that no server would take apart.
func read(c policytest.Case) *http.Request {
	head := strings.Join(c.Request.Head, "\r\n") + "\r\n\r\n"
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
	if err != nil {
		return nil
	}
	request.TransferEncoding = nil
	request.Header.Del("Content-Length")
	again := httptest.NewRequest(request.Method, request.URL.String(), bytes.NewReader(c.Request.Body))
	again.Header = request.Header
	return again
}

// describer writes and reads descriptions, each once.
type describer struct {
	command      string
	descriptions map[string]description
}

// description is read twice: by a library for OpenAPI, which tells whether it is that and
// checks all but the body, and by one for JSON Schema, since the first does not follow schemas
// that refer to themselves.
type description struct {
	parameters parameters.ParameterValidator
	model      *v3.Document
	compiler   *jsonschema.Compiler
}

func newDescriber(t *testing.T) *describer {
	t.Helper()
	workspace, err := filepath.Abs(root + "/go.work")
	if err != nil {
		t.Fatal(err)
	}
	d := &describer{command: filepath.Join(t.TempDir(), "attrgate"), descriptions: map[string]description{}}
	build := exec.Command("go", "build", "-o", d.command, ".")
	build.Dir = root + "/cmd/attrgate"
	build.Env = append(os.Environ(), "GOWORK="+workspace)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return d
}

// validate holds a request against the description of the case's policy.
func (d *describer) validate(t *testing.T, c policytest.Case) (valid bool, failures string) {
	t.Helper()
	request := read(c)
	if request == nil {
		return false, "no request"
	}
	description := d.of(t, c)
	if _, found := description.parameters.ValidatePathParams(request); len(found) > 0 {
		return false, found[0].Error()
	}
	_, found, template := paths.FindPath(request, description.model, nil)
	if len(found) > 0 {
		return false, found[0].Error()
	}
	pointer := "/paths/" + strings.ReplaceAll(template, "/", "~1") + "/" + strings.ToLower(request.Method)
	schema, err := description.compiler.Compile(resource + "#" + pointer + "/requestBody/content/application~1json/schema")
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Request.Body))
	if err == nil {
		err = schema.Validate(body)
	}
	return err == nil, fmt.Sprint(err)
}

// resource is what the description is called among schemas.
const resource = "file:///description.json"

func (d *describer) of(t *testing.T, c policytest.Case) description {
	t.Helper()
	if known, ok := d.descriptions[string(c.Policy)]; ok {
		return known
	}
	text := d.convert(t, c, "openapi")
	d.descriptions[string(c.Policy)] = parse(t, text)
	return d.descriptions[string(c.Policy)]
}

// convert writes the policy of a case in another form, as JSON.
func (d *describer) convert(t *testing.T, c policytest.Case, form string) []byte {
	t.Helper()
	source, output := filepath.Join(t.TempDir(), "policy.json"), filepath.Join(t.TempDir(), "output.json")
	if err := os.WriteFile(source, c.Policy, 0o644); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(d.command, "convert", source, "--to", form, "-o", output).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c.Name, err, said)
	}
	text, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// parse reads a description, which must be OpenAPI 3.1.
func parse(t *testing.T, text []byte) description {
	t.Helper()
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	if valid, found := schema_validation.ValidateOpenAPIDocument(document); !valid {
		reasons, _ := json.MarshalIndent(found, "", " ")
		t.Fatalf("not OpenAPI 3.1: %s\n%s", reasons, text)
	}
	model, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	content, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseRegexpEngine(compileECMA)
	if err := compiler.AddResource(resource, content); err != nil {
		t.Fatal(err)
	}
	return description{parameters.NewParameterValidator(&model.Model), &model.Model, compiler}
}

// compareList holds a list against the one in a file.
func compareList(t *testing.T, wider string, names []string) {
	t.Helper()
	slices.Sort(names)
	text := strings.Join(names, "\n") + "\n"
	if os.Getenv("ATTRGATE_UPDATE") == "1" {
		if err := os.WriteFile(wider, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(wider)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s is stale; ATTRGATE_UPDATE=1 writes it anew, and git diff shows what changed. Now:\n%s", wider, text)
	}
}
