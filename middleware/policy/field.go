package policy

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// UnknownFields notes every field that a policy decoded by Traefik had and no policy
// knows. Traefik's own decoder drops such fields without a word, which would turn a
// misspelt rule into no rule.
func (p Policy) UnknownFields(ps *Problems) {
	unknownFields(reflect.ValueOf(p), "", ps)
}

func unknownFields(v reflect.Value, path string, ps *Problems) {
	switch v.Kind() {
	case reflect.Slice:
		for i := 0; i < v.Len(); i++ {
			unknownFields(v.Index(i), path+"["+strconv.Itoa(i)+"]", ps)
		}
	case reflect.Struct:
		for _, name := range extraNames(v) {
			ps.Add(join(path, name), "unknown field%s", suggestion(name, fieldNames(v.Type())))
		}
		for i := 0; i < v.NumField(); i++ {
			unknownFields(v.Field(i), join(path, fieldName(v.Type().Field(i))), ps)
		}
	}
}

func extraNames(v reflect.Value) []string {
	extra := v.FieldByName("Extra")
	if !extra.IsValid() || extra.Kind() != reflect.Map {
		return nil
	}
	var names []string
	for _, key := range extra.MapKeys() {
		names = append(names, fmt.Sprint(key.Interface()))
	}
	sort.Strings(names)
	return names
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := 0; i < t.NumField(); i++ {
		if name := fieldName(t.Field(i)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// fieldName is the field's JSON name, or "" for a field that JSON cannot set.
func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// suggestion names the known word nearest to a misspelt one, if any is near.
func suggestion(word string, known []string) string {
	best, bestDistance := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return "; known here: " + strings.Join(known, ", ")
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance counts the insertions, deletions and substitutions between two words
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost = 1 + least(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}

func least(a, b, c int) int {
	if b < a {
		a = b
	}
	if c < a {
		a = c
	}
	return a
}
