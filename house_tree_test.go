package attrgate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/importer"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// A house is the source that the rules look at.
type house struct {
	fset *token.FileSet

	// files are all Go files of the root module.
	files []*file

	// interpreted are the files that the plugin reaches under its two tags, with types.
	interpreted []*file
	types       *types.Info

	// markdown names the Markdown files of the repository.
	markdown []string
}

type file struct {
	name   string // from the root, with slashes
	dir    string
	syntax *ast.File
}

// code returns the files of the root module that are not tests.
func (h house) code() (code []*file) {
	for _, f := range h.files {
		if !strings.HasSuffix(f.name, "_test.go") {
			code = append(code, f)
		}
	}
	return code
}

func (h house) at(n ast.Node) string {
	p := h.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

func (h house) line(p token.Pos) int {
	return h.fset.Position(p).Line
}

func load(t *testing.T) house {
	t.Helper()
	h := house{fset: token.NewFileSet()}
	check(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return h.visit(filepath.ToSlash(name), d)
	}))
	h.loadInterpreted(t)
	return h
}

// visit keeps a file that the rules look at. Nested modules have their own ways, and an
// example is written as its reader would write it.
func (h *house) visit(name string, d fs.DirEntry) error {
	if d.IsDir() {
		if name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		return nil
	}
	switch {
	case path.Ext(name) == ".md":
		h.markdown = append(h.markdown, name)
	case path.Ext(name) == ".go" && !nested(path.Dir(name)) && !strings.HasPrefix(name, "examples/"):
		f, err := h.parse(name)
		if err != nil {
			return err
		}
		h.files = append(h.files, f)
	}
	return nil
}

// nested says whether dir is in a module of its own.
func nested(dir string) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, err := os.Stat(path.Join(dir, "go.mod")); err == nil {
			return true
		}
	}
	return false
}

func (h *house) parse(name string) (*file, error) {
	syntax, err := parser.ParseFile(h.fset, name, nil, parser.ParseComments)
	return &file{name: name, dir: path.Dir(name), syntax: syntax}, err
}

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// loadInterpreted loads the packages of this module that ./plugin reaches under the tags
// yaegi and traefik, and checks their types against the compiler's export data.
func (h *house) loadInterpreted(t *testing.T) {
	t.Helper()
	packages := list(t)
	exports := map[string]string{}
	for _, p := range packages {
		exports[p.ImportPath] = p.Export
	}
	h.types = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(h.fset, "gc", func(p string) (io.ReadCloser, error) {
		return os.Open(exports[p])
	})}
	for _, p := range packages {
		dir, own := strings.CutPrefix(p.ImportPath, module+"/")
		if !own {
			continue
		}
		var syntax []*ast.File
		for _, name := range p.GoFiles {
			f, err := h.parse(path.Join(dir, name))
			check(t, err)
			syntax = append(syntax, f.syntax)
			h.interpreted = append(h.interpreted, f)
		}
		_, err := config.Check(p.ImportPath, h.fset, syntax, h.types)
		check(t, err)
	}
}

func list(t *testing.T) (packages []listed) {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-export", "-tags=yaegi,traefik", "-json=ImportPath,Dir,Export,GoFiles", "./plugin")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	check(t, err)
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p listed
		check(t, d.Decode(&p))
		packages = append(packages, p)
	}
	return packages
}

// constraints returns the //go:build line of a file and its // +build lines.
func constraints(f *ast.File) (build string, plus []string) {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		for _, c := range group.List {
			switch {
			case constraint.IsGoBuild(c.Text):
				build = c.Text
			case constraint.IsPlusBuild(c.Text):
				plus = append(plus, c.Text)
			}
		}
	}
	return build, plus
}

// undocumented returns the exported names of a file that have no comment, and on request
// the exported fields.
func undocumented(h house, f *ast.File, fields bool) (names []*ast.Ident) {
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Doc == nil && decl.Name.IsExported() && ast.IsExported(receiver(decl)) {
				names = append(names, decl.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				names = append(names, undocumentedSpec(h, decl, spec, fields)...)
			}
		}
	}
	return names
}

func undocumentedSpec(h house, decl *ast.GenDecl, spec ast.Spec, fields bool) (names []*ast.Ident) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if !spec.Name.IsExported() {
			return nil
		}
		if decl.Doc == nil && spec.Doc == nil {
			names = append(names, spec.Name)
		}
		if s, ok := spec.Type.(*ast.StructType); ok && fields {
			names = append(names, undocumentedFields(h, s)...)
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && decl.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				names = append(names, name)
			}
		}
	}
	return names
}

// undocumentedFields lets one comment speak for all fields in the lines right below it.
func undocumentedFields(h house, s *ast.StructType) (names []*ast.Ident) {
	spoken := 0 // the last line that a comment speaks for
	for _, field := range s.Fields.List {
		if field.Doc != nil || field.Comment != nil || h.line(field.Pos()) == spoken+1 {
			spoken = h.line(field.End())
			continue
		}
		for _, name := range field.Names {
			if name.IsExported() {
				names = append(names, name)
			}
		}
	}
	return names
}

// receiver names the type that a method belongs to. A function gets a name that is exported.
func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return "Function"
	}
	expr := fn.Recv.List[0].Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if generic, ok := expr.(*ast.IndexExpr); ok {
		expr = generic.X
	}
	if id, ok := expr.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// codeLines counts the lines of a file that hold more than comment.
func codeLines(h house, f *file) int {
	text := []byte(read(f.name))
	set := token.NewFileSet()
	var s scanner.Scanner
	s.Init(set.AddFile(f.name, -1, len(text)), text, nil, 0)
	lines := map[int]bool{}
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			return len(lines)
		}
		lines[set.Position(pos).Line] = true
	}
}

// selected returns X for a selector pkg.X.
func selected(n ast.Node, pkg string) (name string, ok bool) {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	id, ok := sel.X.(*ast.Ident)
	return sel.Sel.Name, ok && id.Name == pkg
}

func importPath(spec *ast.ImportSpec) string {
	return strings.Trim(spec.Path.Value, "`\"")
}

// standard says whether an import path belongs to the standard library.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func read(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(text)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
