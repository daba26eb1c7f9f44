//go:build !yaegi
// +build !yaegi

package jsondoc

import (
	"errors"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// Scan reports what keeps body from being one well-formed document in the strict sense of
// RFC 7493, or nil. Depth is how many objects and lists may be open at once.
func Scan(body []byte, depth int) error {
	if wellFormed(body, depth) {
		return nil
	}
	if err := explain(body, depth); err != nil {
		return err
	}
	return errors.New("not well-formed")
}

// Root returns the document's value. Like all that follows, it takes a scanned document.
func Root(doc string) Value {
	root := stdRoot(doc)
	return fromResult(gjson.Parse(doc[root.Start:root.End]), root.Start)
}

// Members returns an object's members in order.
func Members(doc string, object Value) []Member {
	var members []Member
	result(doc, object).ForEach(func(key, value gjson.Result) bool {
		members = append(members, Member{
			Name: key.Str, NameStart: key.Index, NameEnd: key.Index + len(key.Raw),
			Value: fromResult(value, value.Index),
		})
		return true
	})
	return members
}

// Elements returns a list's elements in order.
func Elements(doc string, list Value) []Value {
	var elements []Value
	result(doc, list).ForEach(func(_, value gjson.Result) bool {
		elements = append(elements, fromResult(value, value.Index))
		return true
	})
	return elements
}

// Set replaces the value of one member of an object that has it.
func Set(object, name, raw string) string {
	if strings.Trim(name, letters) != "" || name == "" {
		return stdSet(object, name, raw)
	}
	changed, err := sjson.SetRaw(object, name, raw)
	if err != nil {
		return stdSet(object, name, raw)
	}
	return changed
}

// letters make up the names that mean nothing else in sjson's path language. Even its
// escapes do not cover all others: it takes a leading colon for an instruction.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

func result(doc string, v Value) gjson.Result {
	return gjson.Result{Type: gjson.JSON, Raw: doc[v.Start:v.End], Index: v.Start}
}

func fromResult(r gjson.Result, start int) Value {
	v := Value{Kind: kindOf(r.Raw), Text: r.Raw, Start: start, End: start + len(r.Raw)}
	if v.Kind == String {
		v.Text = r.Str
	}
	return v
}
