package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

const (
	// maxPending is how many lines wait in memory while the file cannot be written.
	maxPending = 4096

	// pause is how long a file is left alone after a failure, so that a full disk is not
	// asked again with each request.
	pause = 100 * time.Millisecond

	// glance is how often a look is taken whether the file was moved away.
	glance = time.Second

	defaultMegabytes = 100
	defaultKeep      = 10
)

// File is an audit file. It puts itself aside when it is full, keeps some of those files,
// compressed, and begins anew when others move it away, as logrotate does. Each Write is a
// line, and it is in the file whole or not at all. While the file cannot be written, up to
// 4096 lines wait for better times. It is safe for concurrent use.
type File struct {
	name   string
	report func(error)

	mu      sync.Mutex
	out     *lumberjack.Logger
	seen    os.FileInfo // the file that is being written; nil: to be looked at
	glanced time.Time
	pending [][]byte
	again   time.Time // the next try, if lines are pending
	cause   error     // of the last failure
	counts  Counts
}

// Counts is what became of lines that could not be written at once.
type Counts struct {
	// Failures is how many there were, and Lost how many of them were given up.
	Failures, Lost uint64

	// Pending is how many wait now.
	Pending int
}

// Open opens the file of a section that config.Gateway.Check has found nothing wrong with. A
// last line without an end, as a power failure leaves it, gets one. What keeps a line from
// being written is told to report.
func Open(c config.Audit, report func(error)) (*File, error) {
	if err := prepare(c.File); err != nil {
		return nil, fmt.Errorf("the audit file: %w", err)
	}
	f := &File{name: c.File, report: report, out: &lumberjack.Logger{
		Filename: c.File, MaxSize: defaultMegabytes, MaxBackups: defaultKeep, Compress: true}}
	if c.MaxMegabytes > 0 {
		f.out.MaxSize = c.MaxMegabytes
	}
	if c.Keep > 0 {
		f.out.MaxBackups = c.Keep
	}
	return f, nil
}

// prepare makes sure that the file can be opened, and that it ends with a line.
func prepare(name string) (err error) {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", name)
	}
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = io.WriteString(file, "\n")
	return err
}

// Write writes a line, or keeps it for later. It never fails: Ready and Counts say how the
// file does.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.pending) == 0 && f.append(line) == nil {
		return len(line), nil
	}
	f.counts.Failures++
	if len(f.pending) >= maxPending {
		f.pending = f.pending[1:]
		f.counts.Lost++
	}
	f.pending = append(f.pending, append([]byte(nil), line...))
	f.catchUp()
	return len(line), nil
}

// Ready tells whether the file can be written, as far as anybody knows.
func (f *File) Ready() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.catchUp()
	return len(f.pending) == 0
}

// Cause says why the file cannot be written; nil: it can.
func (f *File) Cause() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.pending) == 0 {
		return nil
	}
	return f.cause
}

// Counts returns the counts so far.
func (f *File) Counts() Counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := f.counts
	counts.Pending = len(f.pending)
	return counts
}

// Close makes a last try with the lines that wait, and closes the file. The error says how
// many are lost, and why.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.again = time.Time{}
	f.catchUp()
	err := f.out.Close()
	if n := len(f.pending); n > 0 {
		f.counts.Lost += uint64(n)
		f.pending = nil
		return fmt.Errorf("%d lines of the audit file are lost: %w", n, f.cause)
	}
	return err
}

// catchUp writes the lines that wait, unless the last try was just now.
func (f *File) catchUp() {
	if len(f.pending) == 0 || time.Now().Before(f.again) {
		return
	}
	for len(f.pending) > 0 && f.append(f.pending[0]) == nil {
		f.pending = f.pending[1:]
	}
	f.again = time.Now().Add(pause)
}

// append writes a line to the file, or nothing of it.
func (f *File) append(line []byte) error {
	f.notice()
	n, err := f.out.Write(line)
	if err == nil {
		return nil
	}
	f.cause = err
	f.report(err)
	if info, gone := os.Stat(f.name); gone == nil && n > 0 {
		_ = os.Truncate(f.name, info.Size()-int64(n)) // else the file would hold a part of a line
	}
	f.reopen()
	return err
}

// notice finds out that the file was moved away, and begins a new one.
func (f *File) notice() {
	now := time.Now()
	if f.seen != nil && now.Sub(f.glanced) < glance {
		return
	}
	f.glanced = now
	info, err := os.Stat(f.name)
	if err != nil || (f.seen != nil && !os.SameFile(info, f.seen)) {
		f.reopen()
		return
	}
	f.seen = info
}

// reopen closes the file; the next line opens it.
func (f *File) reopen() {
	_ = f.out.Close() // every line was written at once, so there is nothing to lose
	f.seen = nil
}
