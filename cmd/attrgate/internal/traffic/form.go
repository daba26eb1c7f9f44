package traffic

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
)

// form is how a file holds requests.
type form int

const (
	formLines form = iota
	formArchive
	formMessage
)

// peeked is how much of a file is looked at to tell its form.
const peeked = 4 << 10

var (
	// archiveStart is told from a line of a log by the first member of its log: programs
	// that log write other things there.
	archiveStart = regexp.MustCompile(`^\x{FEFF}?\s*\{\s*"log"\s*:\s*\{\s*"(version|creator|browser|pages|entries|comment)"`)

	messageStart = regexp.MustCompile(`^[A-Za-z]+ [^\r\n]+ HTTP/[0-9.]+\r?\n`)
)

// unpack returns the content of a file that may be packed with gzip, and its form.
func unpack(source io.Reader) (*bufio.Reader, form, error) {
	reader := bufio.NewReaderSize(source, peeked)
	if start, _ := reader.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(reader)
		if err != nil {
			return nil, formLines, err
		}
		reader = bufio.NewReaderSize(unpacked, peeked)
	}
	start, _ := reader.Peek(peeked)
	switch {
	case archiveStart.Match(start):
		return reader, formArchive, nil
	case messageStart.Match(start):
		return reader, formMessage, nil
	}
	return reader, formLines, nil
}
