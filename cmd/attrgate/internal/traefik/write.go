package traefik

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Names are what a policy needs besides itself to become a middleware.
type Names struct {
	// Middleware is the middleware's name.
	Middleware string
	// Plugin is the plugin's name in Traefik's static configuration.
	Plugin string
	// Service is the Compose service that carries the labels. Empty: the labels alone.
	Service string
	// Namespace is that of the Kubernetes Middleware. Empty: left out.
	Namespace string
	// Secret is the Kubernetes Secret that secrets are moved to. Empty: they stay.
	Secret string
}

var (
	anyName        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
	kubernetesName = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$`)
)

// Check returns an error that names the flag of a name that Traefik or Kubernetes would not
// take.
func (n Names) Check(kubernetes bool) error {
	for _, given := range []struct {
		flag, name string
		form       *regexp.Regexp
	}{
		{"--name", n.Middleware, anyName}, {"--plugin", n.Plugin, anyName}, {"--service", n.Service, anyName},
		{"--namespace", n.Namespace, kubernetesName}, {"--secret", n.Secret, kubernetesName},
	} {
		if given.name != "" && !given.form.MatchString(given.name) {
			return fmt.Errorf("%s: %q is not a name", given.flag, given.name)
		}
	}
	if kubernetes && n.Middleware != "" && !kubernetesName.MatchString(n.Middleware) {
		return fmt.Errorf("--name: %q is not a name in Kubernetes: small letters, digits, hyphens and dots", n.Middleware)
	}
	return nil
}

// sliceMark divides the elements of a list within Traefik's file provider.
const sliceMark = "║"

// Document returns the dynamic configuration of the file provider, with one middleware. Texts
// that the provider would change are problems.
func Document(p policy.Policy, names Names) (*tree.Node, policy.Problems) {
	plugin := Tree(p)
	var found policy.Problems
	for _, t := range texts(plugin, "", false) {
		if t.inList && strings.Contains(t.value.Scalar, sliceMark) || strings.HasPrefix(t.value.Scalar, sliceMark) {
			found.Add(t.path, "Traefik's file provider takes %s for a mark of its own; write it otherwise, in a pattern as \\x{2551}", sliceMark)
		}
	}
	return tree.Nest(plugin, "http", "middlewares", names.Middleware, "plugin", names.Plugin), found
}
