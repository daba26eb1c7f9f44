package traffic

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/har"
	"github.com/attrgate/attrgate/middleware/policytest"
)

const (
	// batchBytes is how much of a log is handed on at a time.
	batchBytes = 256 << 10

	// batchRecords is how many records of an archive are handed on at a time, unless their
	// bodies are longer than batchBytes.
	batchRecords = 64

	// maxLine bounds a line, and a .http file.
	maxLine = 8 << 20
)

var (
	errLong = fmt.Errorf("longer than %d bytes", maxLine)
	errCut  = errors.New("the packed file is damaged; the rest of it was not read")
	errRead = errors.New("the file cannot be read to its end")
)

// knownReasons are the errors whose words hold nothing of what was read.
func knownReasons() []error {
	return []error{errNotJSON, errEncoding, errNoMethod, errTarget, errLong, errCut, errRead,
		har.ErrNotHAR, har.ErrCut, har.ErrTooLong, har.ErrNoBody}
}

// Reader reads sources one after the other. It is for one goroutine, but for Bytes and
// Release.
type Reader struct {
	bytes atomic.Int64
	order int64
	used  sync.Pool
}

// Bytes is how much was read so far, as it is stored.
func (r *Reader) Bytes() int64 { return r.bytes.Load() }

// Release takes back a batch that nobody needs any more.
func (r *Reader) Release(b *Batch) {
	if cap(b.text) == batchBytes {
		r.used.Put(b)
	}
}

// Read hands the batches of the sources to emit, in order, until ctx ends. A source that
// cannot be opened is an error; one that cannot be read to its end is a fault.
func (r *Reader) Read(ctx context.Context, sources []Source, emit func(*Batch)) error {
	for _, source := range sources {
		if err := r.readSource(ctx, source, emit); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (r *Reader) readSource(ctx context.Context, source Source, emit func(*Batch)) error {
	file, err := source.open()
	if err != nil {
		return err
	}
	defer file.Close()
	content, kind, err := unpack(counter{file, &r.bytes})
	if err != nil {
		r.emitFault(source.name, 0, errCut, emit)
		return nil
	}
	s := stretch{r, source.name, content, emit}
	switch {
	case kind == formArchive:
		s.readArchive(ctx)
	case kind == formMessage || strings.HasSuffix(source.name, ".http"):
		s.readMessage()
	default:
		s.readLines(ctx)
	}
	return nil
}

func (r *Reader) emitFault(file string, line int64, err error, emit func(*Batch)) {
	emit(&Batch{items: []item{{place: Place{file, line}, order: r.order, err: err}}})
	r.order++
}

// stretch is a file that is being read.
type stretch struct {
	*Reader
	name    string
	content *bufio.Reader
	emit    func(*Batch)
}

// ending is why a file ended; nil if it was its end.
func ending(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF):
		return errCut
	}
	return errRead
}

func (s stretch) readArchive(ctx context.Context) {
	archive := har.NewReader(s.content)
	items, size := make([]item, 0, batchRecords), 0
	for ctx.Err() == nil {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		one := item{place: Place{s.name, int64(entry.Index) + 1}, order: s.order, err: err}
		s.order++
		if broken := (*har.EntryError)(nil); errors.As(err, &broken) {
			one.place.Line = int64(broken.Index) + 1
		}
		if err == nil {
			one.record, one.err = recordOf(entry)
		}
		items = append(items, one)
		if size += len(entry.Body); len(items) == batchRecords || size > batchBytes {
			s.emit(&Batch{items: items})
			items, size = make([]item, 0, batchRecords), 0
		}
	}
	s.emit(&Batch{items: items})
}

func recordOf(entry har.Entry) (Record, error) {
	r := Record{
		Time: entry.Started, Method: entry.Request.Method, Target: entry.Request.RequestURI, Host: entry.Request.Host,
		Header: entry.Request.Header, Body: entry.Body, Logged: Logged{Status: entry.Status},
	}
	err := r.settle()
	return r, err
}

func (s stretch) readMessage() {
	text, err := io.ReadAll(io.LimitReader(s.content, maxLine+1))
	if err == nil && len(text) > maxLine {
		err = errLong
	} else if err != nil {
		err = ending(err)
	}
	if err != nil {
		s.emitFault(s.name, 0, err, s.emit)
		return
	}
	record, err := messageRecord(text)
	s.emit(&Batch{items: []item{{record: record, place: Place{File: s.name}, order: s.order, err: err}}})
	s.order++
}

func messageRecord(text []byte) (Record, error) {
	message, err := policytest.ParseMessage(text)
	if err != nil {
		return Record{}, errNoMethod
	}
	var d draft
	d.takeLine(message.Start())
	for _, name := range message.Names() {
		for _, value := range message.Values(name) {
			d.addHeader(name, value)
		}
	}
	d.Body = bytes.Clone(message.Body)
	return d.finish()
}
