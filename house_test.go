// Package attrgate_test keeps the rules of the house. Each rule is a subtest of TestHouse
// and says what to do when it fails; CONTRIBUTING.md gives the reasons.
package attrgate_test

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"os"
	"path"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"
	"unicode"

	"github.com/attrgate/attrgate/middleware/policy"
)

const module = "github.com/attrgate/attrgate"

// mayImport is the map of the house: which packages outside the standard library each
// package may import in code that is not a test.
var mayImport = map[string][]string{
	"plugin":                        {module + "/middleware", module + "/middleware/policy"},
	"middleware":                    {module + "/middleware/policy", module + "/middleware/token", module + "/middleware/internal/attribute", module + "/middleware/internal/pattern", module + "/middleware/internal/query"},
	"middleware/policy":             {},
	"middleware/policytest":         {module + "/middleware", module + "/middleware/policy"},
	"middleware/token":              {module + "/middleware/policy", module + "/middleware/internal/jsondoc", module + "/middleware/internal/query"},
	"middleware/internal/pattern":   {module + "/middleware/policy", module + "/middleware/internal/escape", module + "/middleware/internal/regex"},
	"middleware/internal/attribute": {module + "/middleware/policy", module + "/middleware/internal/jsondoc", module + "/middleware/internal/regex"},
	"middleware/internal/query":     {module + "/middleware/internal/escape"},
	"middleware/internal/escape":    {},
	"middleware/internal/regex":     {},
	"middleware/internal/jsondoc":   {"github.com/tidwall/gjson", "github.com/tidwall/sjson"},
}

// mayNameStatus says which packages may name HTTP status codes; "" stands for all of them.
// A key set is fetched over HTTP, so token asks for StatusOK; and it tells an answer that
// blames the one question from an outage.
var mayNameStatus = map[string]string{
	"middleware":            "",
	"middleware/policytest": "",
	"middleware/token":      "StatusOK StatusBadRequest",
}

// longFunctions lists functions that may be longer than maxFunction lines. It is empty, and
// should stay so.
var longFunctions = map[string]bool{}

const (
	maxFunction = 60  // lines of one function
	maxFile     = 300 // lines of one file, without comments and blank lines
)

var rules = []struct {
	name, advice string
	find         func(house) []string
}{
	{"imports go one way", "see who may import whom in ARCHITECTURE.md; a new package gets a line in mayImport", importDirections},
	{"only middleware knows status codes", "return an error, a violation or a refusal, and let middleware choose the status", statusCodes},
	{"the root module requires gjson and sjson only", "put whatever needs another module into cmd/attrgate, e2e, bench or examples", rootRequires},
	{"the plugin needs the standard library only", "put the import behind `//go:build !yaegi` and `// +build !yaegi`, with a pair that does without it", pluginImports},
	{"build constraints are written twice", "the interpreter reads `// +build` only: write it below the `//go:build` line, with the same meaning", tagPairs},
	{"the plugin asks for its tags first", "write `// yaegi:tags yaegi traefik` into the file of plugin/ that comes first by name", entryTag},
	{"no init, no panic", "build in the constructor, and return an error", initAndPanic},
	{"the plugin keeps to the interpreter's dialect", "the message says what to write instead", dialect},
	{"policy keys are field names", "see `The words of a policy` in CONTRIBUTING.md", policyFields},
	{"every package is introduced", "give one file of the package a comment that begins `// Package name`", packageComments},
	{"exported names are documented", "write a sentence that begins with the name; a field says its unit and its default", documented},
	{"functions and files are short", "split it where it changes its subject", short},
	{"links lead somewhere", "mend the link, or write the file", links},
	{"the README's policies are valid", "a json block of README.md that begins with issuers is a policy: mend it", readmePolicies},
}

func TestHouse(t *testing.T) {
	tree := load(t)
	for _, rule := range rules {
		rule := rule
		t.Run(rule.name, func(t *testing.T) {
			found := rule.find(tree)
			for _, f := range found {
				t.Error(f)
			}
			if len(found) > 0 {
				t.Log("What to do: " + rule.advice + ".")
			}
		})
	}
}

func importDirections(h house) (found []string) {
	for _, f := range h.code() {
		allowed, known := mayImport[f.dir]
		if !known {
			found = append(found, fmt.Sprintf("%s: package %s is not on the map of the house", f.name, f.dir))
			continue
		}
		for _, spec := range f.syntax.Imports {
			if p := importPath(spec); !standard(p) && !contains(allowed, p) {
				found = append(found, fmt.Sprintf("%s: %s may not import %s", h.at(spec), f.dir, p))
			}
		}
	}
	return found
}

func statusCodes(h house) (found []string) {
	for _, f := range h.code() {
		only, may := mayNameStatus[f.dir]
		if may && only == "" {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			name, ok := selected(n, "http")
			if ok && strings.HasPrefix(name, "Status") && !contains(strings.Fields(only), name) {
				found = append(found, fmt.Sprintf("%s: %s names http.%s", h.at(n), f.dir, name))
			}
			return true
		})
	}
	return found
}

var moduleVersion = regexp.MustCompile(`(\S+) v[0-9]`)

func rootRequires(house) (found []string) {
	text := read("go.mod")
	for _, match := range moduleVersion.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(match[1], "github.com/tidwall/") {
			found = append(found, "go.mod: requires "+match[1])
		}
	}
	if !strings.Contains(text, "\ngo 1.20\n") {
		found = append(found, "go.mod: must say `go 1.20`, so that the compiler refuses most of what the interpreter cannot load")
	}
	if strings.Contains(text, "replace ") || strings.Contains(text, "toolchain ") {
		found = append(found, "go.mod: must have neither a replace nor a toolchain line")
	}
	return found
}

// unloadable are packages of the standard library whose symbols the interpreter lacks.
var unloadable = []string{"C", "embed", "iter", "maps", "os/exec", "syscall", "unsafe"}

func pluginImports(h house) (found []string) {
	for _, f := range h.interpreted {
		for _, spec := range f.syntax.Imports {
			p := importPath(spec)
			own := strings.HasPrefix(p, module+"/")
			if !own && (!standard(p) || contains(unloadable, p)) {
				found = append(found, fmt.Sprintf("%s: the plugin reaches %s, which the interpreter cannot load", h.at(spec), p))
			}
		}
	}
	return found
}

func tagPairs(h house) (found []string) {
	for _, f := range h.code() {
		build, plus := constraints(f.syntax)
		want, err := plusLines(build)
		if err != nil {
			found = append(found, fmt.Sprintf("%s: %v", f.name, err))
		} else if !reflect.DeepEqual(plus, want) {
			found = append(found, fmt.Sprintf("%s: %q asks for %q, found %q", f.name, build, want, plus))
		}
	}
	return found
}

func plusLines(build string) ([]string, error) {
	if build == "" {
		return nil, nil
	}
	expr, err := constraint.Parse(build)
	if err != nil {
		return nil, err
	}
	return constraint.PlusBuildLines(expr)
}

func entryTag(h house) []string {
	var first *file
	for _, f := range h.code() {
		if f.dir == "plugin" && (first == nil || f.name < first.name) {
			first = f
		}
	}
	if first == nil {
		return []string{"plugin: no Go file"}
	}
	for _, group := range first.syntax.Comments {
		for _, c := range group.List {
			if c.Text == "// yaegi:tags yaegi traefik" {
				return nil
			}
		}
	}
	return []string{first.name + ": without `// yaegi:tags yaegi traefik` the interpreter loads the compiled half"}
}

func initAndPanic(h house) (found []string) {
	for _, f := range h.code() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					found = append(found, h.at(n)+": func init")
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "panic" {
					found = append(found, h.at(n)+": panic")
				}
			}
			return true
		})
	}
	return found
}

func policyFields(house) (found []string) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		found = append(found, extraField(t)...)
		for i := 0; i < t.NumField(); i++ {
			if f := t.Field(i); f.Name != "Extra" {
				found = append(found, policyField(t, f)...)
				if inner := element(f.Type); inner.Kind() == reflect.Struct {
					walk(inner)
				}
			}
		}
	}
	walk(reflect.TypeOf(policy.Policy{}))
	return found
}

func extraField(t reflect.Type) []string {
	f, ok := t.FieldByName("Extra")
	if ok && f.Type == reflect.TypeOf(map[string]any{}) && f.Tag == `json:"-" mapstructure:",remain"` {
		return nil
	}
	return []string{fmt.Sprintf("policy.%s: needs the field Extra map[string]any `json:\"-\" mapstructure:\",remain\"`, or Traefik drops misspelt keys in silence", t.Name())}
}

func policyField(t reflect.Type, f reflect.StructField) (found []string) {
	where := "policy." + t.Name() + "." + f.Name
	key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	if !strings.EqualFold(key, f.Name) || key == "" || !unicode.IsLower(rune(key[0])) || options != "omitempty" {
		found = append(found, fmt.Sprintf("%s: the tag must be `json:\"<the field's name in lowerCamel>,omitempty\"`, it is `%s`", where, f.Tag))
	}
	switch kind := element(f.Type).Kind(); kind {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Struct:
	default:
		found = append(found, fmt.Sprintf("%s: a %s cannot be written in Traefik's configuration: use text, numbers, booleans, structs and lists of them", where, kind))
	}
	return found
}

// element is what a list holds or a pointer points to, or else the type itself.
func element(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func packageComments(h house) (found []string) {
	introduced := map[string]bool{}
	for _, f := range h.code() {
		introduced[f.dir] = introduced[f.dir] || strings.HasPrefix(f.syntax.Doc.Text(), "Package "+f.syntax.Name.Name)
	}
	for dir, ok := range introduced {
		if !ok {
			found = append(found, "package "+dir+" has no package comment")
		}
	}
	sort.Strings(found)
	return found
}

func documented(h house) (found []string) {
	for _, f := range h.code() {
		for _, n := range undocumented(h, f.syntax, !strings.Contains(f.dir, "internal/")) {
			found = append(found, fmt.Sprintf("%s: %s", h.at(n), n.Name))
		}
	}
	return found
}

func short(h house) (found []string) {
	for _, f := range h.code() {
		if n := codeLines(h, f); n > maxFile {
			found = append(found, fmt.Sprintf("%s: %d lines of code, at most %d", f.name, n, maxFile))
		}
		for _, decl := range f.syntax.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || longFunctions[f.dir+"."+fn.Name.Name] {
				continue
			}
			if n := h.line(fn.End()) - h.line(fn.Pos()) + 1; n > maxFunction {
				found = append(found, fmt.Sprintf("%s: %s has %d lines, at most %d", h.at(fn), fn.Name.Name, n, maxFunction))
			}
		}
	}
	return found
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

func links(h house) (found []string) {
	for _, name := range h.markdown {
		for _, match := range link.FindAllStringSubmatch(read(name), -1) {
			if _, err := os.Stat(path.Join(path.Dir(name), match[1])); err != nil {
				found = append(found, fmt.Sprintf("%s: nothing at %s", name, match[1]))
			}
		}
	}
	return found
}

var jsonBlock = regexp.MustCompile("(?s)```json\n(\\s*\\{\\s*\"issuers\".*?)```")

func readmePolicies(house) (found []string) {
	blocks := jsonBlock.FindAllStringSubmatch(read("README.md"), -1)
	if len(blocks) == 0 {
		return []string{"README.md: no policy found"}
	}
	for _, block := range blocks {
		if _, err := policy.Parse([]byte(block[1])); err != nil {
			found = append(found, fmt.Sprintf("README.md: %v in\n%s", err, block[1]))
		}
	}
	return found
}
