//go:build !yaegi
// +build !yaegi

package attribute

import (
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/jsondoc"
)

// View is what the steps made of one attribute, for an operator who asks why. It becomes a
// middleware.AttributeView, which says what the fields are.
type View struct {
	Pointer                     string
	Key                         string
	Name                        string
	Naming                      []NamingStep
	Type                        string
	NewType                     string
	Kind                        string
	Length                      int
	Value                       string
	Rule                        string
	Wants                       []string
	Dropped, Renamed, Rewritten bool
}

// NamingStep is a step on the way from a key to its name.
type NamingStep struct {
	// Step is the step in the policy's words: space, unwrap, style, aliases or prefix.
	Step string
	// Result is the key after the step.
	Result string
}

// Views says what Name and Check made of the attributes of a body.
func Views(r *Rules, b *Body) []View {
	views := make([]View, 0, len(b.Attributes))
	for i := range b.Attributes {
		views = append(views, viewOf(r, b, &b.Attributes[i]))
	}
	return views
}

func viewOf(r *Rules, b *Body, a *Attribute) View {
	v := View{
		Pointer: violation(a, "", "", "", "").Pointer, Key: a.Key, Name: a.Name, Type: a.Type, Naming: namingSteps(r.naming, a.Key),
		Kind: a.Value.Kind.Word(), Length: sizeOf(b, a.Value), Value: a.Value.Text,
		Dropped: a.Dropped, Rewritten: a.newValue != "",
	}
	if a.Name == "" {
		return v
	}
	v.Renamed = a.Name != a.Key
	own := ruleFor(r, a.Name)
	if own != nil {
		v.Rule = "name: " + a.Name
	}
	if own != nil && own.names != nil {
		v.Rule = "namePattern: " + strings.TrimSuffix(strings.TrimPrefix(own.names.String(), `^(?:`), `)$`)
	}
	if own == nil && r.unknown != "allow" {
		return v // nobody looks at the value
	}
	kind, broken := typeOf(r, own, a)
	v.NewType = a.newType
	if broken == nil {
		v.Wants = append(v.Wants, wanted(r.values.forms, kind))
	}
	v.Wants = append(v.Wants, wantsOf(own)...)
	return v
}

func sizeOf(b *Body, v jsondoc.Value) int {
	switch v.Kind {
	case jsondoc.String:
		return utf16Length(v.Text)
	case jsondoc.Object:
		return len(jsondoc.Members(b.text, v))
	case jsondoc.List:
		return len(jsondoc.Elements(b.text, v))
	}
	return 0
}

func wantsOf(own *rule) []string {
	var wants []string
	if own == nil {
		return nil
	}
	if own.listed != "" {
		wants = append(wants, "one of "+own.listed)
	}
	if own.pattern != nil {
		wants = append(wants, "pattern "+own.form)
	}
	if own.least > 0 {
		wants = append(wants, "at least "+strconv.Itoa(own.least)+" UTF-16 units")
	}
	if own.most > 0 {
		wants = append(wants, "at most "+strconv.Itoa(own.most)+" UTF-16 units")
	}
	return wants
}

// namingSteps names a key with one step after the other switched on, by the function that
// requests are named by. A step that changes the result is a step on the way.
func namingSteps(n *naming, key string) []NamingStep {
	part := *n
	part.unwrap = false
	part.style = "preserve"
	part.aliases = nil
	part.onReserved = "refuse"
	var steps []NamingStep
	before := key
	for _, step := range []string{"space", "unwrap", "style", "aliases", "prefix"} {
		switchOn(&part, n, step)
		if after := normalise(&part, key); after != before {
			steps = append(steps, NamingStep{Step: step, Result: after})
			before = after
		}
	}
	return steps
}

func switchOn(part, whole *naming, step string) {
	switch step {
	case "unwrap":
		part.unwrap = whole.unwrap
	case "style":
		part.style = whole.style
	case "aliases":
		part.aliases = whole.aliases
	case "prefix":
		part.onReserved = whole.onReserved
	}
}
