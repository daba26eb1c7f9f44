package policyfile

import (
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Document is a file that holds a policy in another form, such as a configuration of Traefik.
type Document struct {
	// Root is its content.
	Root *tree.Node

	name      string
	positions positions
}

// ReadDocument reads the content of the named file: as TOML or JSON if the extension is .toml
// or .json, and otherwise as YAML. The error is Problems.
func ReadDocument(name, extension string, data []byte) (*Document, error) {
	read := readYAML
	switch strings.ToLower(extension) {
	case ".toml":
		read = readTOML
	case ".json":
		read = readJSON
	}
	s := convert(data, read)
	d := &Document{name: name, positions: s.positions}
	for i := range s.problems {
		s.problems[i].File = name
	}
	if len(s.problems) > 0 {
		return d, s.problems
	}
	root, err := tree.Parse(s.json)
	if err != nil {
		return d, d.Problem("", "the document is empty")
	}
	d.Root = root
	return d, nil
}

// Problem returns what is wrong at a path of the document.
func (d *Document) Problem(path, message string) Problems {
	at := d.positions.find(path)
	return Problems{{File: d.name, Line: at.line, Column: at.column, Message: message}}
}

// Translated returns the policy that a document means, given as JSON, and where in the
// document each path of the policy comes from.
func (d *Document) Translated(json []byte, origins map[string]string) *File {
	f := &File{name: d.name, positions: positions{}}
	for path, origin := range origins {
		f.positions[path] = d.positions.find(origin)
	}
	p, err := policy.Parse(json)
	f.Policy = p
	f.add(err)
	return f
}

// Refuse adds what is wrong with paths of the file's policy.
func (f *File) Refuse(found policy.Problems) {
	f.add(found.Err())
}
