package attrgate_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"strings"
)

// neverCalled are methods that the interpreter hides from the standard library.
var neverCalled = map[string]string{
	"LogValue":      "slog never calls it in the interpreter, so it hides nothing: redact by hand",
	"MarshalJSON":   "encoding/json may not call it in the interpreter: marshal a plain struct",
	"MarshalText":   "encoding/json may not call it in the interpreter: marshal a plain struct",
	"UnmarshalJSON": "encoding/json may not call it in the interpreter: unmarshal into a plain struct",
	"UnmarshalText": "encoding/json may not call it in the interpreter: unmarshal into a plain struct",
}

// dialect finds what compiles, and means something else or fails when it is interpreted.
func dialect(h house) (found []string) {
	for _, f := range h.interpreted {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if n != nil {
				if message := foreign(h.types, n); message != "" {
					found = append(found, h.at(n)+": "+message)
				}
			}
			return true
		})
	}
	return found
}

func foreign(info *types.Info, n ast.Node) string {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if advice := neverCalled[n.Name.Name]; n.Recv != nil && advice != "" {
			return n.Name.Name + ": " + advice
		}
	case *ast.LabeledStmt:
		return "label " + n.Label.Name + ": a jump to it may not leave the loop; return from a function instead"
	case *ast.RangeStmt:
		if message := foreignRange(info.TypeOf(n.X)); message != "" {
			return message
		}
		return boxedInLoop(info, n.Body)
	case *ast.SelectorExpr:
		if use := info.Uses[n.Sel]; use != nil && use.Pkg() != nil && use.Pkg().Path()+"."+use.Name() == "errors.As" {
			return "errors.As panics on our own types: use errors.Is with a sentinel"
		}
	case *ast.StructType:
		return foreignStruct(n)
	case *ast.DeferStmt:
		return foreignDefer(info, n)
	case *ast.SelectStmt:
		return "select: goroutines that run it share its cases, and one may be woken by what another waits for; receive from one channel, as token.wait does"
	case *ast.TypeSwitchStmt:
		return foreignSwitch(info, n)
	case *ast.AssignStmt:
		return foreignAssign(n)
	case *ast.CaseClause:
		return foreignList(info, n)
	case *ast.SwitchStmt:
		return foreignCase(info, n)
	case *ast.ForStmt:
		return boxedInLoop(info, n.Body)
	case *ast.ReturnStmt:
		return foreignReturn(n)
	}
	return ""
}

// foreignReturn finds append among several results: the interpreter puts what it makes in
// the place of the first.
func foreignReturn(n *ast.ReturnStmt) string {
	if len(n.Results) < 2 {
		return ""
	}
	for _, result := range n.Results {
		call, ok := result.(*ast.CallExpr)
		if !ok {
			continue
		}
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "append" {
			return "append among several results panics: assign it first"
		}
	}
	return ""
}

func foreignRange(t types.Type) string {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if t.Info()&types.IsString != 0 {
			return "range over a string is quadratic and counts runes: let package strings or utf8 loop"
		}
		return "range over a number does not load: count with a for statement"
	case *types.Signature:
		return "range over a function does not load: return a slice"
	}
	return ""
}

// foreignStruct looks at structs that are read from or written as JSON.
func foreignStruct(s *ast.StructType) string {
	wire, hidden := false, ""
	for _, field := range s.Fields.List {
		tag := ""
		if field.Tag != nil {
			tag = reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json")
		}
		wire = wire || tag != ""
		for _, name := range field.Names {
			if !name.IsExported() && tag != "-" {
				hidden = name.Name
			}
		}
		if len(field.Names) == 0 {
			hidden = "the embedded one"
		}
	}
	if wire && hidden != "" {
		return fmt.Sprintf("field %s: in a struct with json tags the interpreter exports hidden fields as X<name> and nests embedded ones; keep them out", hidden)
	}
	return ""
}

func foreignDefer(info *types.Info, n *ast.DeferStmt) string {
	for _, arg := range n.Call.Args {
		id, ok := arg.(*ast.Ident)
		if !ok {
			continue
		}
		if _, variable := info.Uses[id].(*types.Var); variable {
			return "defer with the variable " + id.Name + ": it is evaluated late; call a function of its own"
		}
	}
	return ""
}

func foreignSwitch(info *types.Info, n *ast.TypeSwitchStmt) string {
	for _, clause := range n.Body.List {
		for _, expr := range clause.(*ast.CaseClause).List {
			if t := info.TypeOf(expr); ours(t) {
				return fmt.Sprintf("type switch on %s: types of the same layout are one to the interpreter; keep a field that says the kind", t)
			}
		}
	}
	return ""
}

func foreignAssign(n *ast.AssignStmt) string {
	for _, left := range n.Lhs {
		if _, field := left.(*ast.SelectorExpr); field && len(n.Lhs) > 1 && len(n.Rhs) > 1 {
			return "a field in an assignment of several values may keep its old one: write one assignment a line"
		}
	}
	return ""
}

func foreignList(info *types.Info, n *ast.CaseClause) string {
	for _, expr := range n.List {
		switch expr.(type) {
		case *ast.Ident, *ast.SelectorExpr:
			continue
		}
		if t := info.Types[expr]; len(n.List) > 1 && t.Value == nil && !t.IsType() {
			return "a case with several expressions, one of them computed, may not match: use if, or compute them first"
		}
	}
	return ""
}

func foreignCase(info *types.Info, n *ast.SwitchStmt) string {
	if n.Tag == nil || !types.IsInterface(info.TypeOf(n.Tag)) {
		return ""
	}
	for _, clause := range n.Body.List {
		for _, expr := range clause.(*ast.CaseClause).List {
			if t := info.TypeOf(expr); !types.IsInterface(t) && t != types.Typ[types.UntypedNil] {
				return fmt.Sprintf("switch on an interface with a case of type %s: it panics; compare with ==, or assert the type first", t)
			}
		}
	}
	return ""
}

// boxedInLoop finds a value of our own type that a loop stores as an interface: the
// interpreter makes every one of them the last.
func boxedInLoop(info *types.Info, body *ast.BlockStmt) (message string) {
	report := func(to types.Type, value ast.Expr) {
		from := info.TypeOf(value)
		if to != nil && types.IsInterface(to) && ours(from) && !types.IsInterface(from) {
			message = fmt.Sprintf("this loop stores a %s as an interface, and the interpreter makes every one the last: build it in a function whose result is the interface", from)
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "append" && len(n.Args) > 1 {
				if list, ok := info.TypeOf(n.Args[0]).Underlying().(*types.Slice); ok {
					for _, arg := range n.Args[1:] {
						report(list.Elem(), arg)
					}
				}
			}
		case *ast.AssignStmt:
			for i := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					report(info.TypeOf(n.Lhs[i]), n.Rhs[i])
				}
			}
		}
		return true
	})
	return message
}

// ours says whether t, or what it points to, is a type of this module.
func ours(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := t.(*types.Named)
	return ok && named.Obj().Pkg() != nil && strings.HasPrefix(named.Obj().Pkg().Path(), module)
}
