package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// sectionName is the member of a file that is not the policy's.
const sectionName = "gateway"

// split takes the section of the gateway out of a document. The policy keeps its members as
// they were written, also those that are repeated; a second section is a problem. What is
// no object is left to policy.Parse.
func split(document []byte) (rest, section []byte, problem error) {
	section = []byte("{}")
	decoder := json.NewDecoder(bytes.NewReader(document))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return document, section, nil
	}
	rest = []byte{'{'}
	found := false
	for decoder.More() {
		name, value, err := member(decoder)
		switch {
		case err != nil:
			return document, section, nil // policy.Parse has the words for it
		case name != sectionName:
			rest = appendMember(rest, name, value)
		case found:
			problem = policy.Problems{{Path: sectionName, Message: "given twice"}}
		default:
			section, found = value, true
		}
	}
	return append(rest, '}'), section, problem
}

func member(decoder *json.Decoder) (name string, value json.RawMessage, err error) {
	token, err := decoder.Token()
	if err != nil {
		return "", nil, err
	}
	name, _ = token.(string)
	return name, value, decoder.Decode(&value)
}

func appendMember(object []byte, name string, value json.RawMessage) []byte {
	if len(object) > 1 {
		object = append(object, ',')
	}
	quoted, _ := json.Marshal(name) // a string: cannot fail
	object = append(append(object, quoted...), ':')
	return append(object, value...)
}

// withSection adds the section where a problem lists the fields of a policy: a file has it, too.
func withSection(err error) error {
	var problems policy.Problems
	if !errors.As(err, &problems) {
		return err
	}
	for i, p := range problems {
		if !strings.ContainsAny(p.Path, ".[") && strings.HasPrefix(p.Message, "unknown field; known here: ") {
			problems[i].Message += ", " + sectionName
		}
	}
	return problems
}
