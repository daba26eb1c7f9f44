package traffic

import (
	"bytes"
	"encoding/json"
)

// members calls found with each member of an object, in order: the name as it is written
// between its quotes, and the text of the value. The object has to be valid JSON, without
// space around it.
func members(object []byte, found func(name, value []byte)) {
	at := afterSpace(object, 1)
	for object[at] != '}' {
		end := valueEnd(object, at)
		name := object[at+1 : end-1]
		at = afterSpace(object, afterSpace(object, end)+1)
		end = valueEnd(object, at)
		found(name, object[at:end])
		at = afterSeparator(object, end)
	}
}

// elements calls found with the text of each element of a list, in order. The list has to
// be valid JSON, without space around it.
func elements(list []byte, found func(value []byte)) {
	at := afterSpace(list, 1)
	for list[at] != ']' {
		end := valueEnd(list, at)
		found(list[at:end])
		at = afterSeparator(list, end)
	}
}

func afterSeparator(text []byte, at int) int {
	at = afterSpace(text, at)
	if text[at] == ',' {
		return afterSpace(text, at+1)
	}
	return at
}

func afterSpace(text []byte, at int) int {
	for text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n' {
		at++
	}
	return at
}

// valueEnd is the offset behind the value that begins at an offset.
func valueEnd(text []byte, at int) int {
	switch text[at] {
	case '"':
		return stringEnd(text, at)
	case '{', '[':
		return nestEnd(text, at)
	}
	return at + bytes.IndexAny(text[at:], ",]} \t\r\n")
}

func stringEnd(text []byte, at int) int {
	for at++; ; at++ {
		at += bytes.IndexByte(text[at:], '"')
		slashes := 0
		for text[at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return at + 1
		}
	}
}

func nestEnd(text []byte, at int) int {
	for depth := 0; ; {
		switch text[at] {
		case '"':
			at = stringEnd(text, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		at++
		if depth == 0 {
			return at
		}
	}
}

// textOf is what a string says, or the text of a number; nothing else has one.
func textOf(value []byte) string {
	switch {
	case value[0] == '"' && bytes.IndexByte(value, '\\') < 0:
		return string(value[1 : len(value)-1])
	case value[0] == '"':
		var text string
		_ = json.Unmarshal(value, &text) // it is valid
		return text
	case value[0] == '-' || (value[0] >= '0' && value[0] <= '9'):
		return string(value)
	}
	return ""
}
