package reference

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/valuetype"
	"github.com/attrgate/attrgate/middleware"
)

// The forms of what the constructor says of a value that nothing accepts.
var (
	noneOf  = regexp.MustCompile(`^"\?" is none of ("[^"]*"(?:, "[^"]*")*)$`)
	between = regexp.MustCompile(`(?:between|from) \d+ (?:and|to) (\d+)$`)
)

// addAnswers asks the constructor about every field: what it says of a value that makes no
// sense, and then what it misses in an empty element of a list.
func addAnswers(file *Section) error {
	var failed error
	file.Each(func(f *Field) {
		switch f.Kind {
		case Text:
			failed = errors.Join(failed, f.askText())
		case Number:
			failed = errors.Join(failed, f.askNumber())
		}
	})
	file.Each(func(f *Field) {
		if f.List && f.Kind == Object {
			failed = errors.Join(failed, f.askElement())
		}
	})
	return failed
}

func (f *Field) askText() error {
	said, err := ask(f.Path, `"?"`, f.Path)
	if m := noneOf.FindStringSubmatch(said); m != nil {
		for word := range strings.SplitSeq(m[1], ", ") {
			f.Words = append(f.Words, strings.Trim(word, `"`))
		}
	}
	f.Duration = strings.Contains(said, "is not a duration")
	f.URL = strings.Contains(said, "https URL") || strings.Contains(said, "absolute URL")
	switch {
	case strings.Contains(said, "is none of RS256"):
		err = errors.Join(err, f.askAlgorithms())
	case strings.Contains(said, "is no value type"):
		err = errors.Join(err, f.askTypes())
	}
	return err
}

// askAlgorithms finds out which signature algorithms there are (RFC 7518, RFC 8037).
func (f *Field) askAlgorithms() error {
	for _, name := range []string{
		"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512",
	} {
		said, err := ask(f.Path, quoted(name), f.Path)
		if err != nil {
			return err
		}
		if !strings.Contains(said, "is none of") {
			f.Words = append(f.Words, name)
		}
	}
	return nil
}

func (f *Field) askTypes() error {
	table, err := valuetype.Table()
	var names []string
	for _, row := range table {
		names = append(names, strings.Replace(row.Name, "<N>", "[1-9][0-9]*", 1))
	}
	f.Pattern = "^(" + strings.Join(names, "|") + ")$"
	return err
}

func (f *Field) askNumber() error {
	said, err := ask(f.Path, "-1", f.Path)
	f.Natural = said != ""
	if m := between.FindStringSubmatch(said); m != nil {
		f.Most, _ = strconv.ParseInt(m[1], 10, 64) // digits
	}
	return err
}

// askElement finds what an element of a list cannot do without: what an empty one lacks,
// and what else it could have instead.
func (f *Field) askElement() error {
	for _, inner := range f.Section.Fields {
		said, err := ask(f.Path, "{}", inner.Path)
		if err != nil {
			return err
		}
		inner.Required = said != ""
		if err := inner.askInstead(f); err != nil {
			return err
		}
	}
	return nil
}

func (f *Field) askInstead(list *Field) error {
	for _, other := range list.Section.Fields {
		if !f.Required || other == f {
			continue
		}
		said, err := ask(list.Path, fmt.Sprintf("{%q: %s}", other.Name, other.anything()), f.Path)
		if err != nil {
			return err
		}
		if said == "" {
			f.Or = append(f.Or, other.Name)
		}
	}
	return nil
}

// anything is some value of the right type.
func (f *Field) anything() string {
	value := map[Kind]string{Text: `"x"`, Number: "1", Boolean: "true", Object: "{}"}[f.Kind]
	if len(f.Words) > 0 {
		value = quoted(f.Words[0])
	}
	if f.List {
		value = "[" + value + "]"
	}
	return value
}

// ask returns what the constructor says of a field when the file holds nothing but a value
// at a place. Lists have it as their only element.
func ask(place, value, field string) (string, error) {
	parts := strings.Split(place, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		name, list := strings.CutSuffix(parts[i], "[]")
		if list {
			value = "[" + value + "]"
		}
		value = fmt.Sprintf("{%q: %s}", name, value)
	}
	file := policyfile.ParseAny("reference", []byte(value))
	_, err := middleware.New(file.Policy, middleware.Options{})
	err = file.Problems(err)
	problems := policyfile.Problems(nil)
	if err != nil && !errors.As(err, &problems) {
		return "", err
	}
	for _, p := range problems {
		if p.Path == strings.ReplaceAll(field, "[]", "[0]") || p.Path+"[0]" == strings.ReplaceAll(field, "[]", "[0]") {
			return p.Message, nil
		}
	}
	return "", nil
}
