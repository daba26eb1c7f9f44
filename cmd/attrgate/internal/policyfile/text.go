package policyfile

import (
	"fmt"
	"io"
	"os"
)

// longest is the longest text that is read, in MiB. A policy of a hundred thousand routes is
// shorter; what is longer is something else, and to take it apart takes forty times its length.
const longest = 8

// ReadText reads the text of a policy from a stream; the name is for errors.
func ReadText(name string, stream io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(stream, longest<<20+1))
	if err == nil && len(text) > longest<<20 {
		return nil, fmt.Errorf("%s: longer than %d MiB, and so no policy", name, longest)
	}
	return text, err
}

// ReadFile reads the text of a policy from a file.
func ReadFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return ReadText(name, file)
}
