package cli

import (
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/explanation"
)

// attributes shows each under the step that looks at attributes, and what is nobody's under
// the step that failed.
func (w *explainText) attributes(r explanation.Report, s explanation.Step) {
	if s.Step == "attributes" {
		for _, a := range r.Attributes {
			w.attribute(a)
		}
	}
	if s.Result == explanation.Failed {
		for _, v := range r.Violations {
			w.violation(v)
		}
	}
}

func (w *explainText) attribute(a explanation.Attribute) {
	name := "has no name"
	if a.Name != "" {
		name = fmt.Sprintf("is %q", a.Name)
	}
	why := ""
	if len(a.Why) > 0 {
		why = " (" + strings.Join(a.Why, ", ") + ")"
	}
	w.below("%q %s: %s%s", a.Key, name, a.Verdict, why)
	for _, step := range a.Naming {
		w.below("  %-9s%q", step.Step, step.Result)
	}
	if a.Type != "" {
		w.below("  type     %s%s", a.Type, map[bool]string{true: ", goes on as " + a.NewType}[a.NewType != ""])
	}
	w.below("  value    %s", value(a.Value))
	if text := rule(a); text != "" {
		w.below("  rule     %s", text)
	}
	for _, want := range a.Wants {
		w.below("  wants    %s", want)
	}
	for _, v := range a.Violations {
		w.below("  broken   %s at %s: want %s, got %s", v.Rule, v.Pointer, v.Want, v.Got)
	}
}

func rule(a explanation.Attribute) string {
	if a.Rule == "" && a.Unknown != "" {
		return "none (unknown: " + a.Unknown + ")"
	}
	return a.Rule
}

func value(v explanation.Value) string {
	if v.Text != nil {
		return v.Kind + " " + *v.Text
	}
	switch v.Kind {
	case "a string":
		return fmt.Sprintf("a string of length %d", v.Length)
	case "an object", "a list":
		return fmt.Sprintf("%s of %d", v.Kind, v.Length)
	}
	return v.Kind
}

// violation is one that is no single attribute's.
func (w *explainText) violation(v explanation.Violation) {
	who := ""
	if v.Name != "" {
		who = fmt.Sprintf(" %q", v.Name)
	}
	if v.Pointer != "" {
		who += " at " + v.Pointer
	}
	w.below("broken     %s%s: want %s, got %s", v.Rule, who, v.Want, v.Got)
}
