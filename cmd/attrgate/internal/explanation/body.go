package explanation

import (
	"strings"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// fillBody tells what was sent as a body, and what became of each attribute.
func (e *explainer) fillBody() {
	if !e.seen.BodyRead && code(e.seen.Decision) != middleware.UnsupportedMediaType {
		return
	}
	e.report.Body = &Body{
		ContentType:     strings.Join(e.request.Header.Values("Content-Type"), ", "),
		ContentEncoding: strings.Join(e.request.Header.Values("Content-Encoding"), ", "),
		Bytes:           len(e.body), Limit: e.route.Limits.BodyBytes,
	}
	if e.seen.Decision.Refusal != nil {
		e.report.Violations = violations(e.seen.Decision.Refusal.Violations)
	}
	for _, v := range e.seen.Attributes {
		e.report.Attributes = append(e.report.Attributes, e.attribute(v))
	}
}

// attribute takes its violations from those that are nobody's yet.
func (e *explainer) attribute(v middleware.AttributeView) Attribute {
	a := Attribute{
		Pointer: v.Pointer, Key: v.Key, Name: v.Name, Type: v.Type, NewType: v.NewType,
		Value: Value{Kind: v.Kind, Length: v.Length}, Rule: v.Rule, Wants: v.Wants,
	}
	if v.Name != "" && v.Rule == "" {
		a.Unknown = e.route.Unknown
	}
	for _, step := range v.Naming {
		a.Naming = append(a.Naming, NamingStep(step))
	}
	if e.options.ShowValues {
		a.Value.Text = &v.Value
	}
	var others []Violation
	for _, broken := range e.report.Violations {
		if broken.Pointer == v.Pointer || strings.HasPrefix(broken.Pointer, v.Pointer+"/") {
			a.Violations = append(a.Violations, broken)
		} else {
			others = append(others, broken)
		}
	}
	e.report.Violations = others
	a.Verdict, a.Why = e.verdict(a, v)
	return a
}

func (e *explainer) verdict(a Attribute, v middleware.AttributeView) (string, []string) {
	switch {
	case len(a.Violations) > 0:
		return Broken, nil
	case v.Dropped && v.Rule == "" && e.route.Unknown == "drop":
		return Dropped, []string{"unknown: drop"}
	case v.Dropped:
		return Dropped, []string{"keys.onCollision: " + e.route.Keys.OnCollision}
	}
	var changed []string
	for _, part := range []struct {
		name string
		is   bool
	}{{"name", v.Renamed}, {"type", v.NewType != ""}, {"value", v.Rewritten}} {
		if part.is {
			changed = append(changed, part.name)
		}
	}
	if len(changed) > 0 {
		return Rewritten, changed
	}
	return Kept, nil
}

func violations(list []policy.Violation) []Violation {
	var found []Violation
	for _, v := range list {
		found = append(found, Violation{Pointer: v.Pointer, Name: v.Name, Rule: v.Rule, Want: v.Want, Got: v.Got})
	}
	return found
}

func code(d middleware.Decision) middleware.Code {
	if d.Refusal == nil {
		return ""
	}
	return d.Refusal.Code
}
