package attribute_test

import (
	"encoding/json"
	"math/rand"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// vendor holds the patterns of the vendor's form validation as they are documented, to be
// read as ^(?:…)$ with JavaScript's meaning. Go cannot compile three of them as they are:
// lookaheads, which are taken apart into patterns that must all match, and repetitions
// above 1000, which become a length.
func vendor() map[string][]string {
	return map[string][]string{
		"Alphanum100":        {`[a-zA-Z0-9 ]{1,100}`},
		"AlphanumSpecial200": {"[ A-Za-z0-9_@.,;:`~=*'%$!^/#&+()?{}><|-]{0,200}"},
		"Boolean":            {`(true|false|1|0)`},
		"Email":              {"[a-zA-Z0-9.!#$%&’*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:.[a-zA-Z0-9-]+)*"},
		"Number":             {`[-+0-9.]+`},
		"Password":           {`.*[a-z].*`, `.*[A-Z].*`, `.*\d.*`, `[a-zA-Z\d]{8,256}`},
		"PositiveNumber":     {`[+]?([.]\d+|\d+([.]\d+)?)`},
		"PhoneNumber":        {`[+]?([0-9]+(?:[.][0-9]*)?|.[0-9]+)`},
		"String50":           {`.{1,50}`},
		"String100":          {`.{1,100}`},
		"URL": {`((([A-Za-z]{2,9}:(?://)?)(?:[\-;:&=\+\$,\w]+@)?[A-Za-z0-9\.\-]+|(?:www\.|[\-;:&=\+\$,\w]+@)[A-Za-z0-9\.\-]+)` +
			`((?:/[\+~%/\.\w\-_]*)?\??(?:[\-\+=&;%@\.\w_]*)#?(?:[\.\!/\\\w]*))?)`},
	}
}

// TestDocumentedIsWhatThePatternsAccept compares the rule set with the patterns over
// strings made from the table's by small changes. JavaScript sees UTF-16 units: a text
// beyond the basic plane is shown to Go with two stand-ins for each such character.
func TestDocumentedIsWhatThePatternsAccept(t *testing.T) {
	r := rules(t, "documented")
	for kind, patterns := range vendor() {
		compiled := compileAll(patterns)
		for _, text := range generated(t, kind, 3000) {
			value, _ := json.Marshal(text)
			if text == "" && kind == "AlphanumSpecial200" {
				continue // the empty string has words of its own in a policy
			}
			if got, want := fits(t, r, kind, value), matchesAll(compiled, units(text)); got != want {
				t.Errorf("%s: %q accepted: %v, the pattern says %v", kind, text, got, want)
			}
		}
	}
}

func compileAll(patterns []string) []*regexp.Regexp {
	var compiled []*regexp.Regexp
	for _, p := range patterns {
		// In JavaScript a dot is no line terminator, two of which Go lets it be.
		p = strings.ReplaceAll(p, "(?:.[", "(?:[^\n\r\u2028\u2029][")
		p = strings.ReplaceAll(p, "|.[", "|[^\n\r\u2028\u2029][")
		if strings.HasPrefix(p, ".") {
			p = "[^\n\r\u2028\u2029]" + strings.ReplaceAll(p[1:], "].*", "][^\n\r\u2028\u2029]*")
		}
		compiled = append(compiled, regexp.MustCompile("^(?:"+p+")$"))
	}
	return compiled
}

func matchesAll(patterns []*regexp.Regexp, text string) bool {
	for _, p := range patterns {
		if !p.MatchString(text) {
			return false
		}
	}
	return true
}

// units replaces each UTF-16 unit of a surrogate pair by a character of the private use
// area, which no pattern names.
func units(text string) string {
	var b strings.Builder
	for _, r := range text {
		if high, low := utf16.EncodeRune(r); high != 0xFFFD {
			b.WriteRune(high - 0xD800 + 0xE000)
			b.WriteRune(low - 0xDC00 + 0xE400)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// generated makes strings near those of the table, the same ones in every run.
func generated(t *testing.T, kind string, n int) []string {
	t.Helper()
	seeds := tableStrings(t, kind)
	pieces := []rune("aZ09 .-+@_%&?=#/:;,!()[]\\\"'\n\t\u2028é’東😀~<>|{}$^*`")
	random := rand.New(rand.NewSource(1))
	var texts []string
	for len(texts) < n {
		runes := []rune(seeds[random.Intn(len(seeds))])
		for changes := random.Intn(4); changes > 0; changes-- {
			at := random.Intn(len(runes) + 1)
			switch piece := pieces[random.Intn(len(pieces))]; {
			case random.Intn(3) == 0 && at < len(runes):
				runes = append(runes[:at], runes[at+1:]...)
			case random.Intn(2) == 0 && at < len(runes):
				runes[at] = piece
			default:
				runes = append(runes[:at], append([]rune{piece}, runes[at:]...)...)
			}
		}
		texts = append(texts, string(runes))
	}
	return append(texts, seeds...)
}

func tableStrings(t *testing.T, kind string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/types.json")
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]map[string][]any
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, column := range []string{"both", "strict", "documented", "neither"} {
		for _, value := range table[kind][column] {
			if s, ok := value.(string); ok {
				found = append(found, s)
			}
		}
	}
	return found
}
