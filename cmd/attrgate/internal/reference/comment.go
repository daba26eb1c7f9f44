package reference

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// comments are those of the types and fields of some packages, by "package.Type" and
// "package.Type.Field"; and what stands for names that can be nothing else, those of
// constants and of fields with a capital inside.
type comments struct {
	of    map[string]string
	names map[string]string
}

var capitalInside = regexp.MustCompile(`[a-z0-9][A-Z]`)

func readComments(root string, packages ...string) (comments, error) {
	c := comments{map[string]string{}, map[string]string{}}
	for _, name := range packages {
		files, err := readPackage(filepath.Join(root, name))
		if err != nil {
			return c, err
		}
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool { c.take(file.Name.Name, n); return true })
		}
	}
	return c, nil
}

func (c comments) take(pkg string, n ast.Node) {
	declared, ok := n.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range declared.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			c.of[pkg+"."+spec.Name.Name] = text(spec.Doc, declared.Doc)
			if fields, ok := spec.Type.(*ast.StructType); ok {
				c.takeFields(pkg+"."+spec.Name.Name, fields)
			}
		case *ast.ValueSpec:
			c.takeConstants(spec)
		}
	}
}

// takeFields gives fields that stand together under one comment the same one.
func (c comments) takeFields(typeName string, fields *ast.StructType) {
	doc := ""
	for _, f := range fields.Fields.List {
		if f.Doc != nil {
			doc = text(f.Doc)
		}
		for _, name := range f.Names {
			c.of[typeName+"."+name.Name] = doc
			if by := word(f); capitalInside.MatchString(by) {
				c.names[name.Name] = by
			}
		}
	}
}

// word is the name of a field in a policy.
func word(f *ast.Field) string {
	if f.Tag == nil {
		return "-"
	}
	tag, _ := strconv.Unquote(f.Tag.Value) // it was parsed
	return jsonName(reflect.StructField{Tag: reflect.StructTag(tag)})
}

func (c comments) takeConstants(spec *ast.ValueSpec) {
	for i, value := range spec.Values {
		name := spec.Names[i].Name
		if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING && ast.IsExported(name) {
			c.names[name], _ = strconv.Unquote(literal.Value) // it was parsed
		}
	}
}

func text(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if g != nil {
			return strings.TrimSpace(g.Text())
		}
	}
	return ""
}
