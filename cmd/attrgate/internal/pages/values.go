package pages

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// valuesFile is the schema of the chart's values. It is written by hand but for config.
var valuesFile = filepath.Join("deploy", "helm", "attrgate", "values.schema.json")

// Values returns the schema of the chart's values with the fields of a policy file in config:
// Helm refuses a misspelt one before a pod does.
func Values(root string, file *reference.Section) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, valuesFile))
	if err != nil {
		return nil, err
	}
	document, err := tree.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", valuesFile, err)
	}
	config := document.Get("properties").Get("config")
	if config == nil {
		return nil, fmt.Errorf("%s: there is no config", valuesFile)
	}
	shape := bare(object(file))
	shape.Required = append(shape.Required, "gateway")
	inner, err := plainJSON(shape)
	if err != nil {
		return nil, err
	}
	fields, err := tree.Parse(inner)
	if err != nil {
		return nil, err
	}
	*config = *fields
	return document.JSON(), nil
}

// bare keeps names and types. What a value may be is for attrgate itself to say: unlike an
// editor, it takes an empty text for one that is left out.
func bare(s schema) schema {
	kept := schema{Type: s.Type, Additional: s.Additional, Required: s.Required, AllOf: s.AllOf, AnyOf: s.AnyOf}
	for _, p := range s.Properties {
		kept.Properties = append(kept.Properties, property{p.name, bare(p.schema)})
	}
	if s.Items != nil {
		items := bare(*s.Items)
		kept.Items = &items
	}
	return kept
}
