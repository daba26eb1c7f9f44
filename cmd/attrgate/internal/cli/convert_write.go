package cli

import (
	"github.com/attrgate/attrgate/cmd/attrgate/internal/openapi"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/postman"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policy"
)

// target writes a policy in a form.
type target func(*policyfile.File, convertParams) (converted, error)

func targets() map[string]target {
	return map[string]target{
		"policy":        toPolicy,
		"traefik-yaml":  toTraefikYAML,
		"traefik-toml":  toTraefikTOML,
		"docker-labels": toLabels,
		"kubernetes":    toKubernetes,
		"openapi":       toOpenAPI,
		"postman":       toPostman,
	}
}

// formNames lists the targets in the order of the help.
func formNames(known map[string]target) []string {
	var names []string
	for _, name := range []string{"traefik-yaml", "traefik-toml", "docker-labels", "kubernetes", "policy", "openapi", "postman"} {
		if known[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

func toPolicy(file *policyfile.File, params convertParams) (converted, error) {
	text := inLanguage(traefik.FileTree(file.Policy, file.Gateway), params.output)
	return converted{text: text, secret: len(traefik.Secrets(file.Policy)) > 0}, nil
}

func toTraefikYAML(file *policyfile.File, params convertParams) (converted, error) {
	document, problems := traefik.Document(file.Policy, written(params.names))
	return converted{text: document.YAML(), problems: problems}.copies(file.Policy), nil
}

func toTraefikTOML(file *policyfile.File, params convertParams) (converted, error) {
	document, problems := traefik.Document(file.Policy, written(params.names))
	return converted{text: document.TOML(), problems: problems}.copies(file.Policy), nil
}

func toLabels(file *policyfile.File, params convertParams) (converted, error) {
	return converted{text: traefik.Labels(file.Policy, written(params.names)).YAML()}.copies(file.Policy), nil
}

func toKubernetes(file *policyfile.File, params convertParams) (converted, error) {
	names := written(params.names)
	document, moved, problems := traefik.Manifest(file.Policy, names)
	c := converted{text: document.YAML(), problems: problems}
	if names.Secret == "" {
		return c.copies(file.Policy), nil
	}
	for _, m := range moved {
		c.warnings.Add(m.Path, "left out: put it into the Secret %s, under the key %s", names.Secret, m.Key)
	}
	return c, nil
}

func toOpenAPI(file *policyfile.File, params convertParams) (converted, error) {
	document, problems, err := openapi.Describe(file.Policy)
	if err != nil || len(problems) > 0 {
		return converted{problems: problems}, err
	}
	return converted{text: inLanguage(document, params.output)}, nil
}

func toPostman(file *policyfile.File, _ convertParams) (converted, error) {
	collection, missing, err := postman.Collection(file.Policy)
	if err != nil {
		return converted{}, err
	}
	return converted{text: collection.JSON(), warnings: missing}, nil
}

// written fills in the name that a middleware gets where none is given.
func written(names traefik.Names) traefik.Names {
	if names.Middleware == "" {
		names.Middleware = "attrgate"
	}
	return names
}

// copies warns of secrets that stand in what is written.
func (c converted) copies(p policy.Policy) converted {
	for _, path := range traefik.Secrets(p) {
		c.secret = true
		c.warnings.Add(path, "copied: whoever reads the output reads the secret; use %sEnv or %[1]sFile", lastName(path))
	}
	return c
}
