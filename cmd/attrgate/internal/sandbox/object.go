package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
)

var errNotObject = errors.New("not a JSON object")

type member struct {
	name  string
	value json.RawMessage
}

// object is a JSON object that keeps the order of its members and the digits of its numbers.
// Names are unique and case-sensitive.
type object []member

// parseObject reads an object; of a repeated name the last value counts.
func parseObject(text []byte) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errNotObject
	}
	var parsed object
	for decoder.More() {
		next, err := parseMember(decoder)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, next)
	}
	return object{}.merge(parsed), nil
}

func parseMember(decoder *json.Decoder) (member, error) {
	token, err := decoder.Token()
	if err != nil {
		return member{}, err
	}
	name, ok := token.(string)
	if !ok {
		return member{}, errNotObject
	}
	var value json.RawMessage
	err = decoder.Decode(&value)
	return member{name: name, value: value}, err
}

// get returns the value of a member, nil if there is none.
func (o object) get(name string) json.RawMessage {
	for _, member := range o {
		if member.name == name {
			return member.value
		}
	}
	return nil
}

// merge returns a copy in which a known name has the new value and a new name comes last.
func (o object) merge(changes object) object {
	merged := append(make(object, 0, len(o)+len(changes)), o...)
	position := make(map[string]int, cap(merged))
	for i, member := range merged {
		position[member.name] = i
	}
	for _, change := range changes {
		if i, known := position[change.name]; known {
			merged[i].value = change.value
			continue
		}
		position[change.name] = len(merged)
		merged = append(merged, change)
	}
	return merged
}

// with returns a copy in which one member has this text as its value.
func (o object) with(name, text string) (object, error) {
	value, err := encode(text)
	return o.merge(object{{name: name, value: value}}), err
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	separator := "{"
	for _, member := range o {
		name, err := encode(member.name)
		if err != nil {
			return nil, err
		}
		text.WriteString(separator)
		text.Write(name)
		text.WriteByte(':')
		text.Write(member.value)
		separator = ","
	}
	if len(o) == 0 {
		text.WriteString(separator)
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}
