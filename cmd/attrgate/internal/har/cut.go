package har

import (
	"bufio"
	"errors"
	"io"
)

var errLast = errors.New("no more entries")

// cutter finds the end of one element of a list by counting brackets outside of strings. It
// needs no good syntax inside, so that an element that is no JSON costs only itself.
type cutter struct {
	text    []byte
	length  int
	depth   int
	quoted  bool
	escaped bool
}

// cut returns the text of the next element of a list, or errLast behind the last one. Of an
// element that is too long it reads everything and holds no more than its limit.
func cut(source *bufio.Reader) ([]byte, error) {
	var c cutter
	for {
		b, err := source.ReadByte()
		if err != nil {
			return nil, ending(err)
		}
		switch {
		case c.length == 0 && between(b):
		case c.length == 0 && b == ']':
			return nil, errLast
		case c.behind(b):
			if b == ']' {
				_ = source.UnreadByte() // it was read just now
			}
			return c.element()
		default:
			if c.take(b) {
				return c.element()
			}
		}
	}
}

// ending is an error of the reader in the middle of the list.
func ending(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrCut
	}
	return err
}

// between tells whether a byte stands between two elements.
func between(b byte) bool {
	return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == ','
}

// behind tells whether a byte comes after an element that no bracket closes, such as null.
func (c *cutter) behind(b byte) bool {
	return c.depth == 0 && !c.quoted && (b == ',' || b == ']')
}

// take adds a byte and tells whether it closes the element.
func (c *cutter) take(b byte) bool {
	c.length++
	if c.length <= MaxEntry {
		c.text = append(c.text, b)
	}
	switch {
	case c.escaped:
		c.escaped = false
	case c.quoted:
		c.escaped = b == '\\'
		c.quoted = b != '"'
	case b == '"':
		c.quoted = true
	case b == '{' || b == '[':
		c.depth++
	case b == '}' || b == ']':
		c.depth--
		return c.depth == 0
	}
	return false
}

func (c *cutter) element() ([]byte, error) {
	if c.length > MaxEntry {
		return nil, ErrTooLong
	}
	return c.text, nil
}
