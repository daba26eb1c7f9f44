package policyfile

import (
	"bytes"
	"regexp"
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

// divider is a line between two documents of YAML.
var divider = regexp.MustCompile(`(?m)^---(?:[ \t].*)?\r?$`)

// ReadDocuments reads all documents of a file, which has several only in YAML. The error is
// Problems.
func ReadDocuments(name, extension string, data []byte) ([]*Document, error) {
	parts := [][]byte{data}
	if e := strings.ToLower(extension); e != ".toml" && e != ".json" {
		parts = divided(data)
	}
	var documents []*Document
	for _, part := range parts {
		d, err := ReadDocument(name, extension, part)
		if err != nil {
			return nil, err
		}
		documents = append(documents, d)
	}
	return documents, nil
}

// divided returns the documents of a text that say something, each on the lines that it has in
// the text. There is always one.
func divided(data []byte) [][]byte {
	var parts [][]byte
	from := 0
	for _, line := range append(divider.FindAllIndex(data, -1), []int{len(data), len(data)}) {
		if part := data[from:line[0]]; !silent(part) {
			above := bytes.Count(data[:from], []byte("\n"))
			parts = append(parts, append(bytes.Repeat([]byte("\n"), above), part...))
		}
		from = line[1]
	}
	if len(parts) == 0 {
		return [][]byte{data}
	}
	return parts
}

// silent tells whether a text is all comments and white space.
func silent(text []byte) bool {
	for _, line := range bytes.Split(text, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
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
