package cli

import (
	"bytes"
	"io"
	"os"
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

func readForm(params convertParams, stdin io.Reader) (*policyfile.File, error) {
	name, data, err := readNamed(params.file, stdin)
	if err != nil {
		return nil, err
	}
	extension := filepath.Ext(name)
	if params.from.word == "traefik-toml" {
		extension = ".toml"
	}
	if params.from.word == "policy" {
		return readPolicyText(name, data)
	}
	document, err := policyfile.ReadDocument(name, extension, data)
	if err != nil {
		return nil, err
	}
	form := formOf(params.from.word, document)
	if form == traefik.FormPolicy && extension != ".toml" {
		return readPolicyText(name, data)
	}
	return traefik.Read(document, form, params.names)
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
		data, err := io.ReadAll(stdin)
		return "<stdin>", data, err
	}
	data, err := os.ReadFile(name)
	return name, data, err
}

func readPolicyText(name string, data []byte) (*policyfile.File, error) {
	if name == "<stdin>" {
		return policyfile.ReadFrom(name, bytes.NewReader(data))
	}
	return policyfile.Parse(name, data), nil
}
