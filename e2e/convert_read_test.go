package e2e

import (
	"os"
	"os/exec"
	"reflect"
	"testing"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/middleware/policy"
)

// loose are configurations as people write them, which Traefik takes in its own way.
var loose = map[string]struct{ form, file, text string }{
	"letter case, texts, commas, one for a list": {"traefik-yaml", "dynamic.yaml", `
http:
  middlewares:
    gate:
      plugin:
        attrgate:
          ISSUERS:
            - Issuer: https://idp.example.com
              audiences: a, b
          routes:
            - api: salesiq-custom-info
              allowNull: "1"
              coerce: "F"
              keys: {unwrap: "false"}
              limits: {bodyBytes: "0x800", depth: "4"}
              attributes:
                - {name: a, values: [1, 2]}
                - {name: b, values: "x,y,"}
                - {name: c, values: ["1,2"]}
                - {name: 12, minLength: 1}
`},
	"tables, inline and dotted": {"traefik-toml", "dynamic.toml", `
[http.middlewares.gate.plugin.attrgate]
lookalikes = "refuse"
issuers = [{issuer = "https://idp.example.com", audiences = ["a"]}, {issuer = "https://two.example.com", audiences = "b,c"}]
[[http.middlewares.gate.plugin.attrgate.routes]]
api = "salesiq-custom-info"
limits.bodyBytes = 2048
keys = {unwrap = false, reserved = ["a", "b"]}
[[http.middlewares.gate.plugin.attrgate.routes.attributes]]
name = "one"
[[http.middlewares.gate.plugin.attrgate.routes.attributes]]
name = '''two'''
required = true
[[http.middlewares.gate.plugin.attrgate.routes]]
api = "expertflow-channel-session"
`},
	"indexes of labels": {"docker-labels", "compose.yaml", `
labels:
  traefik.http.middlewares.gate.plugin.attrgate.issuers[0].issuer: https://idp.example.com
  traefik.http.middlewares.gate.plugin.attrgate.issuers[0].audiences: a,b
  traefik.http.middlewares.gate.plugin.attrgate.Issuers[0].leeway: 10s
  traefik.http.middlewares.gate.plugin.attrgate.routes[2].api: salesiq-custom-info
  traefik.http.middlewares.gate.plugin.attrgate.routes[2].keys.allowed: "[a-z]+$$"
  traefik.http.middlewares.gate.plugin.attrgate.routes[2].attributes[0].name: a
  traefik.http.middlewares.gate.plugin.attrgate.routes[2].attributes[0].required: "true"
  traefik.http.middlewares.gate.plugin.attrgate.routes[10].api: expertflow-channel-session
`},
	"types of their own": {"kubernetes", "middleware.yaml", `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: gate}
spec:
  plugin:
    attrgate:
      issuers: {issuer: https://idp.example.com, audiences: a}
      routes:
        - api: salesiq-custom-info
          allowNull: true
          limits: {depth: 4}
          attributes: [{name: a, values: [1, 2]}]
`},
}

// TestReadsAsTraefikDoes holds the policy that `attrgate convert` reads in a configuration
// against the one that a plugin gets of it.
func TestReadsAsTraefikDoes(t *testing.T) {
	command := buildCommand(t)
	for name, c := range loose {
		t.Run(name, func(t *testing.T) {
			values, err := providers()[c.form](c.text)
			if err != nil {
				t.Fatal(err)
			}
			var want policy.Policy
			if err := plugin.Decode(reflect.ValueOf(&want), values); err != nil {
				t.Fatal(err)
			}
			output := written(t, "policy.json", "")
			if said, err := exec.Command(command, "convert", written(t, c.file, c.text), "--to", "policy", "-o", output).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			if got := parsed(t, output); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func parsed(t *testing.T, file string) policy.Policy {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
