//go:build !traefik
// +build !traefik

package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

// Parse reads a policy from JSON. Unknown fields, repeated fields and values of the wrong
// kind are problems; all of them are returned at once, as Problems with their paths.
// What the fields say is checked by the gate's constructor.
func Parse(data []byte) (Policy, error) {
	var p Policy
	err := Decode(data, &p, "")
	return p, err
}

// Decode reads JSON into what v points to, in the way of Parse: structs by their json tags,
// with lists, strings, booleans and whole numbers in them. Path is where the document
// stands in a larger one, and begins the paths of all problems.
func Decode(data []byte, v any, path string) error {
	if err := wellFormed(data); err != nil {
		return Problems{{Path: path, Message: err.Error()}}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var ps Problems
	parseValue(dec, reflect.ValueOf(v).Elem(), path, &ps)
	return ps.Err()
}

// wellFormed reports a syntax error with its line, so that the walk over the tokens
// cannot meet one.
func wellFormed(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("the policy is empty")
	}
	var document json.RawMessage
	err := json.Unmarshal(data, &document)
	if syntax, ok := err.(*json.SyntaxError); ok {
		line := 1 + bytes.Count(data[:syntax.Offset], []byte("\n"))
		return fmt.Errorf("not JSON: line %d: %v", line, err)
	}
	return err
}

// parseValue reads the next value into v.
func parseValue(dec *json.Decoder, v reflect.Value, path string, ps *Problems) {
	token, _ := dec.Token()
	if v.Kind() == reflect.Ptr && token != nil {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch delim, _ := token.(json.Delim); {
	case token == nil: // null: as if left out
	case delim == '{' && v.Kind() == reflect.Struct:
		parseStruct(dec, v, path, ps)
	case delim == '[' && v.Kind() == reflect.Slice:
		parseList(dec, v, path, ps)
	default:
		if !setScalar(v, token) {
			ps.Add(path, "must be %s, not %s", kindWanted(v), kindOf(token))
		}
		skipRest(dec, token)
	}
}

func parseStruct(dec *json.Decoder, v reflect.Value, path string, ps *Problems) {
	seen := map[string]bool{}
	for dec.More() {
		token, _ := dec.Token()
		name, _ := token.(string)
		at := join(path, name)
		field, known := fieldByName(v, name)
		switch {
		case !known:
			ps.Add(at, "unknown field%s", suggestion(name, fieldNames(v.Type())))
			skipValue(dec)
		case seen[name]:
			ps.Add(at, "given twice")
			skipValue(dec)
		default:
			parseValue(dec, field, at, ps)
		}
		seen[name] = true
	}
	_, _ = dec.Token()
}

// fieldByName finds the field with the given JSON name, compared exactly.
func fieldByName(v reflect.Value, name string) (reflect.Value, bool) {
	t := v.Type()
	for i := 0; i < t.NumField(); i++ {
		if f := fieldName(t.Field(i)); f == name && f != "" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func parseList(dec *json.Decoder, v reflect.Value, path string, ps *Problems) {
	for i := 0; dec.More(); i++ {
		element := reflect.New(v.Type().Elem()).Elem()
		parseValue(dec, element, path+"["+strconv.Itoa(i)+"]", ps)
		v.Set(reflect.Append(v, element))
	}
	_, _ = dec.Token()
}

// setScalar stores a string, boolean or whole number, and tells whether it could.
func setScalar(v reflect.Value, token json.Token) bool {
	switch t := token.(type) {
	case string:
		if v.Kind() == reflect.String {
			v.SetString(t)
			return true
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(t)
			return true
		}
	case json.Number:
		n, err := t.Int64()
		if err == nil && (v.Kind() == reflect.Int || v.Kind() == reflect.Int64) {
			v.SetInt(n)
			return true
		}
	}
	return false
}

// skipValue passes over the next value.
func skipValue(dec *json.Decoder) {
	token, _ := dec.Token()
	skipRest(dec, token)
}

// skipRest passes over what a token opened.
func skipRest(dec *json.Decoder, token json.Token) {
	depth := opens(token)
	for depth > 0 {
		token, _ = dec.Token()
		depth += opens(token)
	}
}

func opens(token json.Token) int {
	delim, ok := token.(json.Delim)
	switch {
	case ok && (delim == '{' || delim == '['):
		return 1
	case ok:
		return -1
	}
	return 0
}

func kindWanted(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Struct:
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	}
	return "a whole number"
}

func kindOf(token json.Token) string {
	switch token.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number:
		return "the number " + fmt.Sprint(token)
	}
	if delim, ok := token.(json.Delim); ok && delim == '{' {
		return "an object"
	}
	return "a list"
}
