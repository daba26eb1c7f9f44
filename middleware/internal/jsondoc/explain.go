package jsondoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// explain scans a document with encoding/json and says what is wrong with it: not one
// document (RFC 8259, section 2), not UTF-8 or with a byte order mark (section 8.1), half
// of a surrogate pair (section 8.2), a name twice in one object (RFC 7493, section 2.3),
// or more than depth objects and lists open at once.
func explain(text string, depth int) error {
	doc := []byte(text)
	if bytes.HasPrefix(doc, []byte("\xef\xbb\xbf")) {
		return errors.New("starts with a byte order mark")
	}
	if !utf8.Valid(doc) {
		return errors.New("not UTF-8")
	}
	if len(bytes.TrimSpace(doc)) == 0 {
		return errors.New("empty")
	}
	if err := syntax(doc); err != nil {
		return err
	}
	if mayHoldHalves(doc) && loneSurrogate(doc) {
		return errors.New("half of a surrogate pair in a string")
	}
	if obviouslyShallow(doc, depth) && obviouslyUnique(doc) {
		return nil
	}
	return walk(doc, depth)
}

func syntax(doc []byte) error {
	if json.Valid(doc) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(doc, &raw)
	if at, ok := err.(*json.SyntaxError); ok {
		return fmt.Errorf("syntax error at byte %d", at.Offset)
	}
	return errors.New("syntax error")
}

// obviouslyShallow never says yes wrongly: brackets in strings count too.
func obviouslyShallow(doc []byte, depth int) bool {
	return bytes.Count(doc, []byte("{"))+bytes.Count(doc, []byte("[")) <= depth
}

// obviouslyUnique never says yes wrongly: without space before a colon, a valid document
// has at most as many names as quotes followed by a colon. If the objects, read into maps
// that keep one of each name, hold as many, then no name was lost.
func obviouslyUnique(doc []byte) bool {
	if bytes.Contains(doc, []byte(" :")) || bytes.Contains(doc, []byte("\t:")) ||
		bytes.Contains(doc, []byte("\n:")) || bytes.Contains(doc, []byte("\r:")) {
		return false
	}
	var document any
	if json.Unmarshal(doc, &document) != nil {
		return false
	}
	return names(document) == bytes.Count(doc, []byte(`":`))
}

// names counts the members of all objects in a decoded document.
func names(v any) int {
	n := 0
	switch t := v.(type) {
	case map[string]any:
		n = len(t)
		for _, member := range t {
			n += names(member)
		}
	case []any:
		for _, element := range t {
			n += names(element)
		}
	}
	return n
}

// mayHoldHalves never says no wrongly: encoding/json reads half of a surrogate pair as
// U+FFFD.
func mayHoldHalves(doc []byte) bool {
	if !bytes.Contains(doc, []byte(`\ud`)) && !bytes.Contains(doc, []byte(`\uD`)) {
		return false
	}
	var document any
	_ = json.Unmarshal(doc, &document) // valid: the syntax was checked
	decoded, _ := json.Marshal(document)
	return bytes.Contains(decoded, []byte("\ufffd"))
}

// loneSurrogate looks at the escapes of a valid document one by one.
func loneSurrogate(doc []byte) bool {
	pair := `\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`
	half := `(\\u[dD][89a-fA-F][0-9a-fA-F]{2})`
	escapes := regexp.MustCompile(pair + "|" + half + `|\\.`)
	for _, found := range escapes.FindAllSubmatchIndex(doc, -1) {
		if found[2] >= 0 {
			return true
		}
	}
	return false
}

// walk goes through a valid document token by token.
func walk(doc []byte, depth int) error {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	return walkValue(dec, 0, depth)
}

// walkValue goes through the next value, which stands in so many open objects and lists.
func walkValue(dec *json.Decoder, open, depth int) error {
	token, err := dec.Token()
	if err != nil {
		return errors.New("syntax error")
	}
	delim, opens := token.(json.Delim)
	if !opens {
		return nil
	}
	if open == depth {
		return fmt.Errorf("more than %d objects and lists open at byte %d", depth, dec.InputOffset())
	}
	seen := map[string]bool{}
	for dec.More() {
		if delim == '{' && nameAgain(dec, seen) {
			return fmt.Errorf("a name twice in one object at byte %d", dec.InputOffset())
		}
		if err := walkValue(dec, open+1, depth); err != nil {
			return err
		}
	}
	_, _ = dec.Token() // the closing bracket
	return nil
}

// nameAgain reads the name of a member, and tells whether the object had it before.
func nameAgain(dec *json.Decoder, seen map[string]bool) bool {
	token, _ := dec.Token()
	name, _ := token.(string)
	again := seen[name]
	seen[name] = true
	return again
}
