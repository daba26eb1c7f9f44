// Package har reads the requests out of HTTP archives (HAR 1.2), the files that browsers and
// proxies record traffic in. An archive is read entry by entry in bounded memory, and an entry
// that is broken does not keep the others from being read.
package har

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxEntry is the most bytes that one entry may have, its recorded answer included. A longer
// one is broken; it is passed over without being held.
const MaxEntry = 32 << 20

// The reasons why an archive or an entry of it cannot be read. Errors of Reader.Next wrap
// them, or those of encoding/json, encoding/base64, net/url and of the reader itself.
var (
	ErrNotHAR  = errors.New("not a HAR document: it has no log.entries")
	ErrCut     = errors.New("the document ends in the middle")
	ErrTooLong = fmt.Errorf("longer than %d bytes", MaxEntry)
	ErrNoBody  = errors.New("the archive does not hold the body")
)

// EntryError says which entry is broken. The entries after it can be read.
type EntryError struct {
	// Index is the entry's place in log.entries, from 0.
	Index int
	// Err is the reason.
	Err error
}

// Error implements error. It does not repeat what the entry holds.
func (e *EntryError) Error() string { return fmt.Sprintf("entry %d: %v", e.Index, e.Err) }

// Unwrap returns the reason.
func (e *EntryError) Unwrap() error { return e.Err }

// Reader reads the entries of one archive. It is for one goroutine.
type Reader struct {
	source  io.Reader
	entries *bufio.Reader // behind the bracket that opens log.entries; nil: not there yet
	index   int           // of the next entry
	over    bool
}

// NewReader returns a Reader of an archive. It reads when Next is called.
func NewReader(source io.Reader) *Reader {
	return &Reader{source: source}
}

// Next returns the next entry, and io.EOF after the last one. Any other error is about one
// entry (an *EntryError) or the rest of the document; it does no harm to call Next again,
// until it returns io.EOF.
func (r *Reader) Next() (Entry, error) {
	if r.over {
		return Entry{}, io.EOF
	}
	if r.entries == nil {
		if err := r.open(); err != nil {
			r.over = true
			return Entry{}, err
		}
	}
	text, err := cut(r.entries)
	if errors.Is(err, errLast) {
		r.over = true
		return Entry{}, io.EOF
	}
	index := r.index
	r.index++
	if err != nil {
		r.over = !errors.Is(err, ErrTooLong)
		return Entry{}, &EntryError{index, err}
	}
	return parse(index, text)
}

// open reads up to the bracket that opens log.entries.
func (r *Reader) open() error {
	source := bufio.NewReader(r.source)
	if mark, _ := source.Peek(3); string(mark) == "\ufeff" {
		_, _ = source.Discard(3) // it is there: HAR allows it
	}
	decoder := json.NewDecoder(source)
	for _, step := range []string{"log", "entries"} {
		if err := enter(decoder, step); err != nil {
			return outer(err)
		}
	}
	if err := opening(decoder, '['); err != nil {
		return outer(err)
	}
	r.entries = bufio.NewReaderSize(io.MultiReader(decoder.Buffered(), source), 64<<10)
	return nil
}

// outer is an error outside of any entry.
func outer(err error) error {
	syntax := (*json.SyntaxError)(nil)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrCut
	case errors.As(err, &syntax):
		return ErrNotHAR
	}
	return err
}

// opening reads the bracket that opens the next value.
func opening(decoder *json.Decoder, bracket json.Delim) error {
	part, err := decoder.Token()
	if errors.Is(err, io.EOF) || (err == nil && part != bracket) {
		return ErrNotHAR
	}
	return err
}

// enter goes into the object that comes next, to the value of one of its members.
func enter(decoder *json.Decoder, member string) error {
	if err := opening(decoder, '{'); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil || name == member {
			return err
		}
		if err := skip(decoder); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil { // a brace, or what is wrong
		return err
	}
	return ErrNotHAR
}

// skip passes over one value.
func skip(decoder *json.Decoder) error {
	for depth := 0; ; {
		part, err := decoder.Token()
		if err != nil {
			return err
		}
		switch part {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// started reads a time as HAR writes it (ISO 8601). One that cannot be read is zero: nothing
// depends on it.
func started(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
