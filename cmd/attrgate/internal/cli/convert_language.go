package cli

import (
	"path/filepath"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// inLanguage writes a document as JSON if the file's name ends in .json, and else as YAML.
func inLanguage(document *tree.Node, file string) []byte {
	if strings.EqualFold(filepath.Ext(file), ".json") {
		return document.JSON()
	}
	return document.YAML()
}

// lastName is the name of the field that a path leads to.
func lastName(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}
