package traffic

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// readLines cuts a file into batches at the ends of lines. Nothing else is looked at here:
// that is left to those who work in parallel.
func (s stretch) readLines(ctx context.Context) {
	number := int64(1)
	var rest []byte // the beginning of a line that goes on
	for ctx.Err() == nil {
		b := s.batch()
		b.text = append(b.text[:0], rest...)
		err := fill(b, s.content)
		end := len(b.text)
		if err == nil {
			end = bytes.LastIndexByte(b.text, '\n') + 1
		}
		if end == 0 { // one line fills the batch
			b, end, err = s.longLine(b, number)
		}
		rest = append(rest[:0], b.text[end:]...)
		b.text, b.file, b.line, b.order = b.text[:end], s.name, number, s.order
		lines := int64(bytes.Count(b.text, []byte{'\n'}))
		number += lines
		s.order += lines + 1
		s.emit(b)
		if err != nil {
			s.finish(number, err)
			return
		}
	}
}

// finish notes why a file ended if it was not its end.
func (s stretch) finish(number int64, err error) {
	if err = ending(err); err != nil {
		s.emitFault(s.name, number, err, s.emit)
	}
}

func (r *Reader) batch() *Batch {
	if used, ok := r.used.Get().(*Batch); ok {
		return used
	}
	return &Batch{text: make([]byte, 0, batchBytes)}
}

// fill reads until the batch is full.
func fill(b *Batch, source io.Reader) error {
	for len(b.text) < cap(b.text) {
		n, err := source.Read(b.text[len(b.text):cap(b.text)])
		b.text = b.text[:len(b.text)+n]
		if err != nil {
			return err
		}
	}
	return nil
}

// longLine reads the line on that a batch begins with, up to its end. A line that is too
// long is passed over: the batch is then empty, but for what follows the line.
func (s stretch) longLine(b *Batch, number int64) (*Batch, int, error) {
	long := &Batch{text: bytes.Clone(b.text)}
	for {
		part, err := s.content.ReadSlice('\n')
		if len(long.text) <= maxLine {
			long.text = append(long.text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(long.text) > maxLine {
			s.emitFault(s.name, number, errLong, s.emit)
			long.text = []byte{'\n'}
		}
		return long, len(long.text), err
	}
}
