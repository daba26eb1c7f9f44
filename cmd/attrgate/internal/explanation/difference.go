package explanation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/diff"
)

// line is a line of indented JSON: white space, the name of a member, a value, a comma.
var line = regexp.MustCompile(`^(\s*)("(?:[^"\\]|\\.)*": )?(.*?)(,?)$`)

// mask writes a JSON value that stands under a member name, so that it can be shown.
type mask func(member, value string) string

// mask hides values, but for those that are keys and types.
func (e *explainer) mask() mask {
	shown := map[string]bool{}
	for _, a := range e.seen.Attributes {
		shown[a.Key], shown[a.Name], shown[a.Type], shown[a.NewType] = true, true, true, true
	}
	body := e.route.Body
	return func(member, value string) string {
		var word string
		known := body.Shape == "list" && (member == body.KeyMember || member == body.TypeMember) &&
			json.Unmarshal([]byte(value), &word) == nil && shown[word]
		if known || e.options.ShowValues {
			return value
		}
		return hidden(value)
	}
}

// hidden is a kind and a length; brackets stay.
func hidden(value string) string {
	var text string
	switch {
	case strings.Trim(value, "{}[]") == "":
		return value
	case value == "null" || value == "true" || value == "false":
		return "<" + map[bool]string{true: "null", false: "boolean"}[value == "null"] + ">"
	case json.Unmarshal([]byte(value), &text) == nil:
		return fmt.Sprintf("<string of %d>", len(utf16.Encode([]rune(text))))
	}
	return "<number>"
}

// difference compares two JSON documents line by line, both indented, and shows the lines
// masked. A value that changed is a line that changed, though both may look the same.
func difference(before, after []byte, show mask) []string {
	old, errOld := lines(before, show)
	now, errNow := lines(after, show)
	if errOld != nil || errNow != nil || bytes.Equal(old, now) {
		return nil
	}
	var shown []string
	for _, text := range strings.Split(string(diff.Diff("", old, "", now)), "\n") {
		if strings.HasPrefix(text, "diff ") || strings.HasPrefix(text, "---") || strings.HasPrefix(text, "+++") || text == "" {
			continue
		}
		masked, _, _ := strings.Cut(text, "\x00")
		shown = append(shown, masked)
	}
	return shown
}

// lines writes each line twice: masked, and behind a null character, which JSON does not
// have, as it is.
func lines(document []byte, show mask) ([]byte, error) {
	var indented, out bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(document), "", "  "); err != nil {
		return nil, err
	}
	for _, text := range strings.Split(indented.String(), "\n") {
		parts := line.FindStringSubmatch(text)
		member := ""
		_ = json.Unmarshal([]byte(strings.TrimSuffix(parts[2], ": ")), &member) // or there is none
		out.WriteString(parts[1] + parts[2] + show(member, parts[3]) + parts[4] + "\x00" + text + "\n")
	}
	return out.Bytes(), nil
}
