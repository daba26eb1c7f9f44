package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// maxAttributes is how many attributes one request may send.
const maxAttributes = 10

var (
	errNotList      = springFault{http.StatusBadRequest, "the body must be a list of attributes"}
	errTooMany      = springFault{http.StatusBadRequest, fmt.Sprintf("the list has more than %d attributes", maxAttributes)}
	errNotAttribute = springFault{http.StatusBadRequest, "an attribute is an object with a key, a type and a value"}
)

// attribute is one entry of a channel session's additional attributes.
type attribute struct {
	Key   string          `json:"key"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// readAttributes returns the list that a request sends.
func readAttributes(w http.ResponseWriter, r *http.Request) ([]attribute, error) {
	text, err := readSpringBody(w, r)
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	// A null would be read as an empty list.
	if json.Unmarshal(text, &list) != nil || list == nil {
		return nil, errNotList
	}
	if len(list) > maxAttributes {
		return nil, errTooMany
	}
	return parseAttributes(list)
}

func parseAttributes(list []json.RawMessage) ([]attribute, error) {
	attributes := make([]attribute, 0, len(list))
	for i, text := range list {
		parsed, err := parseAttribute(text)
		if err != nil {
			return nil, fmt.Errorf("attribute %d: %w", i, err)
		}
		attributes = append(attributes, parsed)
	}
	return attributes, nil
}

// parseAttribute does not decode into the struct: encoding/json would take "Key" for "key".
func parseAttribute(text json.RawMessage) (parsed attribute, err error) {
	members, err := parseObject(text)
	if err != nil {
		return parsed, errNotAttribute
	}
	parsed.Value = members.get("value")
	if !parseText(members.get("key"), &parsed.Key) || !parseText(members.get("type"), &parsed.Type) {
		return parsed, errNotAttribute
	}
	return parsed, nil
}

// parseText is false for an absent text, an empty one and a value of another kind.
func parseText(value json.RawMessage, text *string) bool {
	return json.Unmarshal(value, text) == nil && *text != ""
}

// mergeAttributes overrides the attributes with a known key, in place, and appends the others.
func mergeAttributes(known, changes []attribute) []attribute {
	position := make(map[string]int, len(known)+len(changes))
	for i, attribute := range known {
		position[attribute.Key] = i
	}
	for _, change := range changes {
		if i, ok := position[change.Key]; ok {
			known[i] = change
			continue
		}
		position[change.Key] = len(known)
		known = append(known, change)
	}
	return known
}
