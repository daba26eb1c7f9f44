// Package policyfile reads the policies that people keep in files, as YAML or JSON, and
// says where in the file a problem is.
package policyfile

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware/policy"
)

// File is a policy that was read, and where each of its fields stands.
type File struct {
	// Policy is what the file says, without the fields that have problems.
	Policy policy.Policy

	// Gateway is the file's section "gateway", which only attrgate serve obeys.
	Gateway config.Gateway

	name      string
	positions positions
	problems  Problems
	unread    bool // nothing is known of what it says
}

// source is a policy in JSON, however it was written, with the positions of its fields by
// the paths that policy.Problem uses.
type source struct {
	json      []byte
	positions positions
	problems  Problems
}

// Read reads the policy in the named file: as JSON if the name ends in .json, and
// otherwise as YAML, in one document. The error is about the file itself; what is wrong
// with its content comes from Problems.
func Read(name string) (*File, error) {
	data, err := ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Parse(name, data), nil
}

// ReadFrom reads a policy from a stream: as JSON if it is JSON, and otherwise as YAML. The
// name is for problems.
func ReadFrom(name string, stream io.Reader) (*File, error) {
	data, err := ReadText(name, stream)
	if err != nil {
		return nil, err
	}
	return ParseAny(name, data), nil
}

// ParseAny reads a policy from a text: as JSON if it is JSON, and otherwise as YAML. The
// name is for problems.
func ParseAny(name string, data []byte) *File {
	if json.Valid(data) {
		return parse(name, data, readJSON)
	}
	return parse(name, data, readYAML)
}

// Parse reads a policy from the content of the named file.
func Parse(name string, data []byte) *File {
	if strings.EqualFold(filepath.Ext(name), ".json") {
		return parse(name, data, readJSON)
	}
	return parse(name, data, readYAML)
}

func parse(name string, data []byte, read func([]byte) source) *File {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	s := convert(data, read)
	f := &File{name: name, positions: s.positions, problems: s.problems}
	f.unread = len(bytes.TrimSpace(s.json)) == 0
	if f.unread && s.problems != nil {
		return f
	}
	document, section, again := split(s.json)
	p, err := policy.Parse(document)
	f.Policy = p
	f.add(withSection(err))
	f.add(policy.Decode(section, &f.Gateway, sectionName))
	f.add(again)
	var ps policy.Problems
	f.Gateway.Check(f.Policy.Expand().Routes, &ps)
	f.add(ps.Err())
	return f
}

// convert leaves the JSON out if the text could not be read at all.
func convert(data []byte, read func([]byte) source) source {
	if at := invalidUTF8(data); at >= 0 {
		return unreadable(locate(data, at), "not UTF-8")
	}
	return read(data)
}

func unreadable(at position, message string) source {
	return source{problems: Problems{{Line: at.line, Column: at.column, Message: message}}}
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
