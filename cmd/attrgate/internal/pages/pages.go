// Package pages writes the documents that are generated from the source: the schema of
// policy files and of the chart's values, the reference of their words, the refusals and the
// commands.
package pages

import (
	"path/filepath"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
)

// All returns the generated files of the repository in a folder, by their paths in it.
func All(root string) (map[string][]byte, error) {
	file, err := reference.Read(root)
	if err != nil {
		return nil, err
	}
	document, err := Schema(file)
	if err != nil {
		return nil, err
	}
	values, err := Values(root, file)
	if err != nil {
		return nil, err
	}
	refusals, err := reference.Refusals(root)
	if err != nil {
		return nil, err
	}
	answers, err := Refusals(refusals)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		filepath.Join("docs", "policy.md"):                                             Policy(file),
		filepath.Join("docs", "gateway-config.md"):                                     Gateway(file),
		filepath.Join("docs", "refusals.md"):                                           answers,
		filepath.Join("docs", "commands.md"):                                           Commands(cli.Commands()),
		filepath.Join("docs", "attrgate.schema.json"):                                  document,
		filepath.Join("cmd", "attrgate", "internal", "schema", "attrgate.schema.json"): document,
		valuesFile: values,
	}, nil
}
