package tokens

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
)

// view is a token taken apart without any strictness, so that the table of differences can
// say what is odd about it.
type view struct {
	raw    string
	parts  []string
	texts  [2]string         // the JSON of header and claims
	object [2]map[string]any // numbers are json.Number; of a name given twice, the last counts
	court  *court
}

func (c *court) look(raw string) view {
	v := view{raw: raw, parts: strings.Split(raw, "."), court: c}
	for i := 0; i < 2 && i < len(v.parts); i++ {
		text, _ := base64.RawURLEncoding.DecodeString(v.parts[i])
		v.texts[i] = string(text)
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		_ = decoder.Decode(&v.object[i]) // what is no object has no members
	}
	return v
}

func (v view) header(name string) (member any, there bool) {
	member, there = v.object[0][name]
	return member, there
}

func (v view) claim(name string) (member any, there bool) {
	member, there = v.object[1][name]
	return member, there
}

// seconds returns a claim that is a number.
func (v view) seconds(name string) (float64, bool) {
	member, _ := v.claim(name)
	number, ok := member.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := number.Float64()
	return f, err == nil
}

// repeated tells how deep the outermost object lies that has a name twice; 0: none has.
func repeated(text string) int {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	least := 0
	var walk func(depth int) bool
	walk = func(depth int) bool {
		t, err := decoder.Token()
		if err != nil {
			return false
		}
		delimiter, ok := t.(json.Delim)
		if !ok {
			return true
		}
		names := map[string]bool{}
		for decoder.More() {
			if delimiter == '{' {
				name, err := decoder.Token()
				if err != nil {
					return false
				}
				if s, _ := name.(string); names[s] && (least == 0 || depth < least) {
					least = depth
				} else {
					names[s] = true
				}
			}
			if !walk(depth + 1) {
				return false
			}
		}
		_, err = decoder.Token()
		return err == nil
	}
	walk(1)
	return least
}

// depth is how deep lists and objects lie within one another.
func depth(text string) int {
	decoder := json.NewDecoder(strings.NewReader(text))
	now, most := 0, 0
	for {
		t, err := decoder.Token()
		if err != nil {
			if err != io.EOF {
				return 0 // not JSON, which nobody accepts
			}
			return most
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			now++
			most = max(most, now)
		case json.Delim('}'), json.Delim(']'):
			now--
		}
	}
}

// key is which key the token means, and the algorithm that it names.
func (v view) key() (kid, alg string) {
	member, _ := v.header("kid")
	kid, _ = member.(string)
	member, _ = v.header("alg")
	alg, _ = member.(string)
	return kid, alg
}

// signature is the last part.
func (v view) signature() []byte {
	signature, _ := base64.RawURLEncoding.DecodeString(v.raw[strings.LastIndex(v.raw, ".")+1:])
	return signature
}

// covered is all before the signature, as it is spelled.
func (v view) covered() string { return v.raw[:max(0, strings.LastIndex(v.raw, "."))] }
