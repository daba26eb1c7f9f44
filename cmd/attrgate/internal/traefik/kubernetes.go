package traefik

import (
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

const (
	apiVersion = "traefik.io/v1alpha1"
	kind       = "Middleware"

	// reference begins a text that Traefik replaces by the value of a Kubernetes Secret.
	reference = "urn:k8s:secret:"
)

var wholeReference = regexp.MustCompile(`^urn:k8s:secret:[^:]+:[^:]+$`)

// Moved is a secret that was moved out of a policy.
type Moved struct {
	// Path leads to the secret in the policy.
	Path string
	// Key is its key in the Kubernetes Secret.
	Key string
}

// Manifest returns a Middleware of Kubernetes, and the secrets that its Secret must hold if
// names has one. Texts that Traefik would take for references to secrets are problems.
func Manifest(p policy.Policy, names Names) (*tree.Node, []Moved, policy.Problems) {
	plugin := Tree(p)
	var found policy.Problems
	var moved []Moved
	for _, t := range texts(plugin, "", false) {
		switch {
		case strings.HasPrefix(t.value.Scalar, reference) && (!isSecret(t.path) || !wholeReference.MatchString(t.value.Scalar)):
			found.Add(t.path, "Traefik takes what begins with %s for a reference to a secret", reference)
		case names.Secret != "" && isSecret(t.path) && !strings.HasPrefix(t.value.Scalar, reference):
			key := secretKey(t.path)
			moved = append(moved, Moved{t.path, key})
			t.value.Scalar = reference + names.Secret + ":" + key
		}
	}
	metadata := tree.NewMap(tree.Field{Name: "name", Value: tree.NewText(names.Middleware)})
	if names.Namespace != "" {
		metadata.Fields = append(metadata.Fields, tree.Field{Name: "namespace", Value: tree.NewText(names.Namespace)})
	}
	return tree.NewMap(
		tree.Field{Name: "apiVersion", Value: tree.NewText(apiVersion)},
		tree.Field{Name: "kind", Value: tree.NewText(kind)},
		tree.Field{Name: "metadata", Value: metadata},
		tree.Field{Name: "spec", Value: tree.Nest(plugin, "plugin", names.Plugin)},
	), moved, found
}

// secretFields end the paths of secrets.
var secretFields = regexp.MustCompile(`(?:^|\.)(?:secret|clientSecret|refreshToken)$`)

func isSecret(path string) bool { return secretFields.MatchString(path) }

// Secrets lists the paths at which a policy holds a secret itself.
func Secrets(p policy.Policy) []string {
	var paths []string
	for _, t := range texts(Tree(p), "", false) {
		if isSecret(t.path) && !strings.HasPrefix(t.value.Scalar, reference) {
			paths = append(paths, t.path)
		}
	}
	return paths
}

// secretKey makes a key of a path: routes[0].forward.credentials.clientSecret becomes
// routes-0-forward-credentials-clientSecret.
func secretKey(path string) string {
	return strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(path)
}
