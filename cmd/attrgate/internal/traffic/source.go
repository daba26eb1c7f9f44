package traffic

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// Source is a file to read, or standard input.
type Source struct {
	name string
	open func() (io.ReadCloser, error)
	size int64 // 0: nobody knows
}

// The files of a case folder (policytest) that are no requests.
const (
	forwardedFile = "forwarded.http"
	refusedFile   = "refused.http"
)

// Find returns what is to be read for the arguments of a command, in order: files, folders,
// of which the .http files are requests, and - for stdin. What is not there is an error.
func Find(names []string, stdin io.Reader) ([]Source, error) {
	var sources []Source
	for _, name := range names {
		if name == "-" {
			sources = append(sources, Source{name: "<stdin>", open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		found, err := findFiles(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, found...)
	}
	return sources, nil
}

func findFiles(name string) ([]Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []Source{newSource(name, info)}, nil
	}
	var sources []Source
	err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isRequestFile(entry.Name()) {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			sources = append(sources, newSource(path, info))
		}
		return err
	})
	if err == nil && len(sources) == 0 {
		err = fmt.Errorf("%s: no file that ends in .http", name)
	}
	return sources, err
}

func isRequestFile(name string) bool {
	return strings.HasSuffix(name, ".http") && name != forwardedFile && name != refusedFile
}

func newSource(name string, info fs.FileInfo) Source {
	s := Source{name: filepath.ToSlash(name), open: func() (io.ReadCloser, error) { return os.Open(name) }}
	if info.Mode().IsRegular() {
		s.size = info.Size()
	}
	return s
}

// Size is how many bytes the sources have together, as they are stored; 0 if that cannot be
// told of all of them.
func Size(sources []Source) int64 {
	var sum int64
	for _, s := range sources {
		if s.size == 0 {
			return 0
		}
		sum += s.size
	}
	return sum
}

// counter counts what is read from a source.
type counter struct {
	source io.Reader
	count  *atomic.Int64
}

// Read implements io.Reader.
func (c counter) Read(p []byte) (int, error) {
	n, err := c.source.Read(p)
	c.count.Add(int64(n))
	return n, err
}
