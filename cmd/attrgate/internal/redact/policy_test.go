package redact_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/redact"
	"github.com/attrgate/attrgate/middleware/policy"
)

func shown(t *testing.T, p policy.Policy) (digest, body string) {
	t.Helper()
	s, err := redact.Policy(p)
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return s.Digest, string(written)
}

func TestAPolicyIsShownWithoutSecrets(t *testing.T) {
	p := policy.Policy{}
	fill(reflect.ValueOf(&p).Elem(), "")
	p.Introspection[0].URL = "https://user:own-secret@idp.example.com/introspect?key=own-secret"
	_, body := shown(t, p)
	if strings.Contains(body, "own-secret") {
		t.Errorf("shown: %s", body)
	}
	for _, want := range []string{"value of lookalikes", "value of secretEnv", "value of clientSecretFile", "https://hidden@idp.example.com/introspect?hidden"} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not shown", want)
		}
	}
}

var secretName = regexp.MustCompile(`(?i)(secret|password|refreshToken|sha256)$`)

// fill gives every field a value, and those with the name of a secret a secret one.
func fill(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name)
	case reflect.Struct:
		for i := range v.NumField() {
			field, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			fill(v.Field(i), field)
		}
	case reflect.String:
		v.SetString("value of " + name)
		if secretName.MatchString(name) {
			v.SetString("own-secret")
		}
	}
}

func TestTheDigestTellsPoliciesApartButNotTheirSecrets(t *testing.T) {
	one := policy.Policy{Lookalikes: "refuse", StaticTokens: []policy.StaticToken{{SHA256: "aa"}}}
	secret := policy.Policy{Lookalikes: "refuse", StaticTokens: []policy.StaticToken{{SHA256: "bb"}}}
	other := policy.Policy{Lookalikes: "refuse", StaticTokens: []policy.StaticToken{{SHA256: "aa", Subject: "s"}}}
	a, _ := shown(t, one)
	b, _ := shown(t, secret)
	c, _ := shown(t, other)
	if !strings.HasPrefix(a, "sha256:") || a != b || a == c {
		t.Errorf("%s %s %s", a, b, c)
	}
}
