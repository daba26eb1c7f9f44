package reference

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// Complete is a policy file that has every field, and no problem. The examples come from it.
//
//go:embed complete.yaml
var Complete []byte

func addExamples(file *Section) error {
	var document map[string]any
	if err := yaml.Unmarshal(Complete, &document); err != nil {
		return fmt.Errorf("complete.yaml: %w", err)
	}
	file.Each(func(f *Field) {
		if value := find(document, strings.Split(f.Path, ".")); value != nil && f.Kind != Object {
			f.Example = asJSON(value)
		}
	})
	return nil
}
