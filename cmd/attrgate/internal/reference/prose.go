package reference

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// What comments say in fixed words.
var (
	ifLeftOut = regexp.MustCompile(`If (?:empty|zero), (?:"([^"]*)"|(\d+(?:ns|us|ms|s|m|h)?))(?:[,;.]|$)`)
	ifNoList  = regexp.MustCompile(`If empty, ((?:"[^"]*"|[A-Z][A-Za-z]*\d*)(?:(?:, | and )(?:"[^"]*"|[A-Z][A-Za-z]*\d*))*)[;.]`)
	separator = regexp.MustCompile(`, | and `)
	atMost    = regexp.MustCompile(`at most (\d+)(?:[;,.]|$)`)
)

// readDoc takes from a comment what it says of the default and of the largest number.
func (f *Field) readDoc() {
	if m := ifLeftOut.FindStringSubmatch(f.Doc); m != nil && !f.List {
		f.Default = f.written(m[1] + m[2])
	}
	if m := ifNoList.FindStringSubmatch(f.Doc); m != nil && f.List {
		words := separator.Split(m[1], -1)
		for i := range words {
			words[i] = quoted(strings.Trim(words[i], `"`))
		}
		f.Default = "[" + strings.Join(words, ", ") + "]"
	}
	if m := atMost.FindStringSubmatch(f.Doc); m != nil && f.Kind == Number {
		f.Most, _ = strconv.ParseInt(m[1], 10, 64) // digits
	}
}

// written is a value of the field as JSON.
func (f *Field) written(value string) string {
	if f.Kind == Text {
		return quoted(value)
	}
	return value
}

func quoted(text string) string {
	value, _ := json.Marshal(text) // a string: cannot fail
	return string(value)
}

// unwrap makes a line of each paragraph. What is set in, such as an example, stays.
func unwrap(doc string) string {
	var out []string
	for paragraph := range strings.SplitSeq(doc, "\n\n") {
		if !strings.HasPrefix(paragraph, "\t") {
			paragraph = strings.ReplaceAll(paragraph, "\n", " ")
		}
		out = append(out, paragraph)
	}
	return strings.Join(out, "\n\n")
}
