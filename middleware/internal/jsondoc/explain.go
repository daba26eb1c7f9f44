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
	var document any
	err := json.Unmarshal(doc, &document)
	if at, ok := err.(*json.SyntaxError); ok {
		return fmt.Errorf("syntax error at byte %d", at.Offset)
	}
	again, _ := json.Marshal(document) // what was decoded always marshals
	if bytes.Contains(again, []byte("\ufffd")) && loneSurrogate(doc) {
		return errors.New("half of a surrogate pair in a string")
	}
	if err == nil && obviouslyShallow(doc, depth) && obviouslyUnique(doc, again) {
		return nil
	}
	return walk(doc, depth)
}

// obviouslyShallow never says yes wrongly: brackets in strings count too.
func obviouslyShallow(doc []byte, depth int) bool {
	return bytes.Count(doc, []byte("{"))+bytes.Count(doc, []byte("[")) <= depth
}

// obviouslyUnique tells whether a valid document has each name once in an object, by what
// became of it when it was decoded and written again: a decoder keeps one member of a name.
// It never says yes wrongly. A name has two quotes around it, so that they are fewer if a
// name was lost, unless a quote was written by its number before.
func obviouslyUnique(doc, again []byte) bool {
	quote := []byte(`"`)
	return bytes.Count(again, quote) == bytes.Count(doc, quote) && !bytes.Contains(doc, []byte(`\u0022`))
}

// loneSurrogate looks at the escapes of a valid document one by one. encoding/json reads half
// of a surrogate pair as U+FFFD.
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
