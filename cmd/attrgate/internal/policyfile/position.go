package policyfile

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// position counts lines and characters from one.
type position struct {
	line, column int
}

// positions are those of fields and list elements by their paths; the whole policy's is
// that of "".
type positions map[string]position

// find returns the position of a path, or of the nearest one around it that exists.
func (ps positions) find(path string) position {
	for {
		if at, ok := ps[path]; ok {
			return at
		}
		if path == "" {
			return position{1, 1}
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// locate returns the position of a byte.
func locate(data []byte, offset int) position {
	before := data[:min(offset, len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return position{
		line:   1 + bytes.Count(before, []byte("\n")),
		column: 1 + utf8.RuneCount(before[start:]),
	}
}

func field(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path string, index int) string {
	return path + "[" + strconv.Itoa(index) + "]"
}
