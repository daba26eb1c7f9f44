package cli

import (
	"io"
	"path/filepath"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traefik"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// gateProblems is what the gate's constructor says of a policy.
func gateProblems(p policy.Policy) error {
	_, err := middleware.New(p, middleware.Options{})
	return err
}

// readForm reads a policy in any form, and what is doubtful about the form.
func readForm(params convertParams, stdin io.Reader) (*policyfile.File, policy.Problems, error) {
	name, data, err := readNamed(params.file, stdin)
	if err != nil {
		return nil, nil, err
	}
	extension := filepath.Ext(name)
	if params.from.word == "traefik-toml" {
		extension = ".toml"
	}
	if params.from.word == "policy" {
		return readPolicyText(name, data), nil, nil
	}
	documents, err := policyfile.ReadDocuments(name, extension, data)
	if err != nil {
		return nil, nil, err
	}
	form := formOf(params.from.word, documents[0])
	if form == traefik.FormPolicy && extension != ".toml" {
		return readPolicyText(name, data), nil, nil
	}
	return traefik.Read(documents, form, params.names)
}

// formOf is the form that is asked for, or that of the document.
func formOf(word string, document *policyfile.Document) traefik.Form {
	switch word {
	case "traefik-yaml", "traefik-toml":
		return traefik.FormFile
	case "docker-labels":
		return traefik.FormLabels
	case "kubernetes":
		return traefik.FormKubernetes
	}
	return traefik.Detect(document.Root)
}

// readNamed reads a file, or standard input for the name -.
func readNamed(name string, stdin io.Reader) (string, []byte, error) {
	if name == stdinName {
		data, err := policyfile.ReadText("<stdin>", stdin)
		return "<stdin>", data, err
	}
	data, err := policyfile.ReadFile(name)
	return name, data, err
}

func readPolicyText(name string, data []byte) *policyfile.File {
	if name == "<stdin>" {
		return policyfile.ParseAny(name, data)
	}
	return policyfile.Parse(name, data)
}
