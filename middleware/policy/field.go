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

// distance counts the letters that one of two words has more than the other, wherever they
// stand: a slip is one or two.
func distance(a, b string) int {
	missing := 0
	for _, letter := range strings.Split(a, "") {
		if !strings.Contains(b, letter) {
			missing++
		}
		b = strings.Replace(b, letter, "", 1)
	}
	if len(b) > missing {
		return len(b)
	}
	return missing
}
