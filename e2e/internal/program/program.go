// Package program keeps the programs that tests run. They are built once, with the versions
// that a go.mod says, and stay in the user's cache folder.
package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Path returns where a program of this name is kept, whether it is there or not. The name
// has the version in it.
func Path(name string) (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "attrgate-e2e", name), err
}

// Build returns the path of a program, after building it if it is not there. It is built
// beside its place and renamed: whoever finds it there finds all of it.
func Build(name string, build func(binary string) error) (string, error) {
	binary, err := Path(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(binary); !errors.Is(err, fs.ErrNotExist) {
		return binary, err
	}
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return "", err
	}
	temporary := fmt.Sprintf("%s.%d", binary, os.Getpid())
	if err := build(temporary); err != nil {
		return "", errors.Join(err, os.RemoveAll(temporary))
	}
	return binary, os.Rename(temporary, binary)
}

// Go runs the go command in a folder, outside the workspace, and returns what it prints.
func Go(dir string, args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Dir, command.Env = dir, append(os.Environ(), "GOWORK=off")
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return string(output), err
}

// Source returns the folder of a module's source, in the version that this module's go.mod or
// the name, as in "example.com/module@v1.0.0", says.
func Source(module string) (string, error) {
	text, err := Go(".", "mod", "download", "-json", module)
	if err != nil {
		return "", err
	}
	var downloaded struct{ Dir string }
	err = json.Unmarshal([]byte(text), &downloaded)
	return downloaded.Dir, err
}
