package attribute_test

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/policy"
)

// TestSkimmingIsReading holds Skim against Read: whatever the body, the steps after both make
// the same of it.
func TestSkimmingIsReading(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for number, p := range skimmed() {
		p.API = policy.SalesIQCustomInfo
		r := compile(t, p)
		listed, all := 0, 4000
		for i := 0; i < all; i++ {
			body := someBody(random)
			skimmed, fault := attribute.Skim(r, body)
			read, want := attribute.Read(r, body)
			if !reflect.DeepEqual(fault, want) {
				t.Fatalf("%d: %s: %+v, read: %+v", number, body, fault, want)
			}
			if fault != nil {
				continue
			}
			if len(skimmed.Attributes) > 0 {
				listed++
			}
			if got, want := outcome(r, skimmed), outcome(r, read); got != want {
				t.Fatalf("%d: %s:\n%s\nread:\n%s", number, body, got, want)
			}
		}
		if listed == 0 {
			t.Errorf("%d: no body was listed", number)
		}
	}
}

// outcome is everything that comes of a body.
func outcome(r *attribute.Rules, b *attribute.Body) string {
	violations := attribute.Name(r, b)
	violations = append(violations, attribute.Check(r, b)...)
	names := attribute.Names(b)
	if len(violations) > 0 {
		return fmt.Sprintf("%+v %q", violations, names)
	}
	text, changes := attribute.Write(r, b)
	attribute.Release(r, b)
	return fmt.Sprintf("%s %+v %q", text, changes, names)
}

// skimmed are routes that differ in what Skim has to mind.
func skimmed() []policy.Route {
	model := policy.Attribute{Name: "Model", Type: "String50"}
	return []policy.Route{
		{},
		{Attributes: []policy.Attribute{model}},
		{Attributes: []policy.Attribute{model}, Limits: policy.Limits{NameLength: 6, ValueLength: 5, Attributes: 3}},
		{Attributes: []policy.Attribute{{Name: "Model", Type: "String50", Required: true}}},
		{Attributes: []policy.Attribute{{Name: "Model", Values: []string{"X9"}}, {Name: "Branch", Pattern: "[a-z]+"}}},
		{Attributes: []policy.Attribute{{Name: "Model", MaxLength: 3}, {Name: "Branch", MinLength: 2}}},
		{Attributes: []policy.Attribute{{NamePattern: "B.*", Type: "Number"}}, Types: "documented"},
		{Attributes: []policy.Attribute{model}, Unknown: "refuse"},
		{Attributes: []policy.Attribute{model}, Unknown: "drop"},
		{Attributes: []policy.Attribute{{Name: "Model", Type: "Number"}}, Coerce: true, AllowNull: true, AllowEmpty: true},
		{Keys: policy.Keys{Style: "snake"}},
		{Keys: policy.Keys{Aliases: []policy.Alias{{From: "Branch", To: "Office"}}}},
		{Keys: policy.Keys{OnReserved: "prefix", Prefix: "x "}},
		{Keys: policy.Keys{OnCollision: "last", Allowed: "[A-Za-z]+"}},
		{Sensitive: []string{"PAN"}},
		{Body: policy.Body{DecodeString: true}},
	}
}

func someBody(random *rand.Rand) string {
	keys := []string{"Model", "Branch", "A b", "Order ID", "%visitor.custominfo.Model%", "%visitor.custominfo.Branch%", "email", "E mail", " x", "x  y", "caf\u00e9", "", "a.b", "Mo\\u0064el", "Office",
		"%visitor.custominfo.email%", "%visitor.custominfo.Mo\\u0064el%", "%visitor.custominfo.x  y%", "%visitor.custominfo.A b%",
		"%visitor.custominfo.%", "%visitor.custominfo.a.b%", "%visitor.custominfo.x%%", "%visitor.custominfo.Model", "%visitor.custominfo.%visitor.custominfo.Model%%"}
	values := []string{`"X9"`, `"abc"`, `""`, `"\u0001x"`, `"a\tb"`, `12`, `"12"`, `null`, `true`, `{"a":"b"}`, `["x"]`, `"4111111111111111"`, `"` + strings.Repeat("y", 60) + `"`}
	var members []string
	for n := random.Intn(5); n >= 0; n-- {
		key, value := keys[random.Intn(6)], values[random.Intn(2)]
		if random.Intn(4) == 0 {
			key = keys[random.Intn(len(keys))]
		}
		if random.Intn(4) == 0 {
			value = values[random.Intn(len(values))]
		}
		members = append(members, `"`+key+`":`+value)
	}
	inner := "{" + strings.Join(members, ",") + "}"
	if random.Intn(10) == 0 {
		inner = `"` + strings.ReplaceAll(strings.ReplaceAll(inner, `\`, `\\`), `"`, `\"`) + `"`
	}
	return `{"customer_info":` + inner + `}`
}
