package peer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// release is a module at a version. A module proxy may refuse to say which versions there are
// and yet give one that is asked for by its name.
type release struct{ module, version string }

// latest stands for the version of what could not be had at any that was tried.
const latest = "latest"

func (r release) String() string { return r.module + "@" + r.version }

// download returns where the source is, and its version. The module proxy may not have it, and
// the checksum database may not know it.
func (r release) download() (dir, version string, err error) {
	output, failure := goAlone(os.TempDir(), "mod", "download", "-json", r.String())
	var said struct{ Dir, Version, Error string }
	if err := json.Unmarshal([]byte(output), &said); err != nil {
		return "", "", errors.Join(failure, err)
	}
	if said.Error != "" {
		return "", "", fmt.Errorf("could not be had: %s", withoutAddresses(said.Error))
	}
	return said.Dir, said.Version, failure
}

// withoutAddresses leaves out what differs from place to place.
func withoutAddresses(message string) string {
	words := slices.DeleteFunc(strings.Fields(message), func(word string) bool { return strings.Contains(word, "://") })
	return strings.Join(words, " ")
}

// build builds a package of the release in a copy of its source, so that its own go.mod and
// go.sum say what goes into it. What was built is kept.
func (r release) build(pkg string) (string, error) {
	dir, err := cache()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, path.Base(r.module)+"-"+r.version)
	if _, err := os.Stat(binary); !errors.Is(err, fs.ErrNotExist) {
		return binary, err
	}
	copied, err := os.MkdirTemp(dir, "source-")
	if err != nil {
		return "", err
	}
	return binary, errors.Join(r.buildIn(copied, binary, pkg), os.RemoveAll(copied))
}

func (r release) buildIn(dir, binary, pkg string) error {
	source, _, err := r.download()
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		return err
	}
	_, err = goAlone(dir, "build", "-ldflags=-s -w", "-o", binary, pkg)
	return err
}
