package traffic

import (
	"bytes"
	"errors"
)

// Batch is a stretch of a log, small enough that many of them fit into memory. It is either
// lines that nobody has looked at yet, or records that came out of an archive.
type Batch struct {
	file  string
	order int64  // of the first line
	line  int64  // number of the first line, from 1
	text  []byte // lines

	items []item // instead of lines
}

// item is a record, or why it could not be read.
type item struct {
	record Record
	place  Place
	order  int64
	err    error
}

// Each calls one of the two functions for each record of the batch, in order. Empty lines
// are none.
func (b *Batch) Each(lines *Lines, good func(*Record), bad func(Fault)) {
	for i := range b.items {
		b.items[i].hand(good, bad)
	}
	text := b.text
	for n := int64(0); len(text) > 0; n++ {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte{'\n'})
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		one := item{place: Place{b.file, b.line + n}, order: b.order + n}
		one.record, one.err = lines.Parse(line)
		one.hand(good, bad)
	}
}

func (i *item) hand(good func(*Record), bad func(Fault)) {
	if i.err == nil {
		i.record.Place, i.record.Order = i.place, i.order
		good(&i.record)
		return
	}
	bad(Fault{Place: i.place, Order: i.order, Reason: reason(i.err)})
}

// reason is why something could not be read, in words that do not repeat any of it.
func reason(err error) string {
	for _, known := range knownReasons() {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "cannot be read"
}
