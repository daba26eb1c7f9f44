package reference

import (
	"fmt"
	"go/ast"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
)

// Refusal is a kind of answer that the gate gives to a request that may not go on.
type Refusal struct {
	// Code is its name on the wire.
	Code string

	// Doc is the comment of the code, without the name.
	Doc string

	// Status is the HTTP status code.
	Status int

	// Challenge says that there is a WWW-Authenticate, and Error what its error is; empty:
	// it has none.
	Challenge bool
	Error     string

	// RetryAfter says that there is a Retry-After.
	RetryAfter bool

	constant string
}

// Refusals returns the kinds of refusals, in the order of the source, with what the gate
// makes of each. root is the folder of the repository.
func Refusals(root string) ([]*Refusal, error) {
	files, err := readPackage(filepath.Join(root, "middleware"))
	if err != nil {
		return nil, err
	}
	var found []*Refusal
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool { found = append(found, codesIn(n)...); return true })
	}
	for _, file := range files {
		for _, declared := range file.Decls {
			if function, is := declared.(*ast.FuncDecl); is {
				addUses(found, function)
			}
		}
	}
	for _, r := range found {
		if r.Status == 0 {
			return nil, fmt.Errorf("%s: no refusal with this code is written as &Refusal{Status: …, Code: %s}", r.Code, r.constant)
		}
	}
	return found, nil
}

// codesIn reads constants of the type Code.
func codesIn(n ast.Node) []*Refusal {
	spec, is := n.(*ast.ValueSpec)
	if !is || !isName(spec.Type, "Code") || len(spec.Values) != 1 {
		return nil
	}
	literal, is := spec.Values[0].(*ast.BasicLit)
	if !is {
		return nil
	}
	code, _ := strconv.Unquote(literal.Value) // it was parsed
	name := spec.Names[0].Name
	doc := unwrap(strings.TrimPrefix(text(spec.Doc), name+": "))
	return []*Refusal{{Code: code, Doc: doc, constant: name}}
}

// addUses notes the refusals that a function builds.
func addUses(known []*Refusal, function *ast.FuncDecl) {
	ast.Inspect(function, func(n ast.Node) bool {
		literal, is := n.(*ast.CompositeLit)
		if !is || !isName(literal.Type, "Refusal") {
			return true
		}
		members := map[string]ast.Expr{}
		for _, element := range literal.Elts {
			if pair, is := element.(*ast.KeyValueExpr); is {
				members[pair.Key.(*ast.Ident).Name] = pair.Value
			}
		}
		for _, r := range known {
			if codeIs(members["Code"], r.constant, function) {
				r.take(members)
			}
		}
		return true
	})
}

// codeIs tells whether an expression is a constant, or a variable of the function that may
// hold it.
func codeIs(code ast.Expr, constant string, function *ast.FuncDecl) bool {
	if isName(code, constant) {
		return true
	}
	variable, is := code.(*ast.Ident)
	held := false
	ast.Inspect(function, func(n ast.Node) bool {
		set, assigns := n.(*ast.AssignStmt)
		if is && assigns && len(set.Lhs) == 1 && isName(set.Lhs[0], variable.Name) && isName(set.Rhs[0], constant) {
			held = true
		}
		return true
	})
	return held
}

func (r *Refusal) take(members map[string]ast.Expr) {
	if status, is := members["Status"].(*ast.SelectorExpr); is {
		r.Status = statusOf(status.Sel.Name)
	}
	_, r.RetryAfter = members["RetryAfter"]
	call, is := members["Challenges"].(*ast.CallExpr)
	if !is {
		return
	}
	r.Challenge, r.Error = true, r.Code
	for _, argument := range call.Args {
		if literal, is := argument.(*ast.BasicLit); is {
			r.Error, _ = strconv.Unquote(literal.Value) // it was parsed
		}
	}
}

// statusOf finds the number of a constant of net/http.
func statusOf(name string) int {
	for status := 100; status < 600; status++ {
		if text := http.StatusText(status); text != "" && "Status"+strings.ReplaceAll(text, " ", "") == name {
			return status
		}
	}
	return 0
}

func isName(expression ast.Expr, name string) bool {
	identifier, is := expression.(*ast.Ident)
	return is && identifier.Name == name
}
