// Package pinned builds other people's servers, in the versions that a go.mod pins.
package pinned

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Server is a program that is built from source.
type Server struct {
	// Name is for the binary, and Env the environment variable that may name another one.
	Name, Env string
	// Module has the version, and Package, within it, is what is built, with Flags.
	Module, Package string
	Flags           []string
	// Dir is a folder of the module whose go.mod pins the version.
	Dir string
}

// Binary returns the path of the server: what the environment names, or one built from
// Dir's go.mod. What was built is kept in the user's cache folder and used again.
func (s Server) Binary() (string, error) {
	if named := os.Getenv(s.Env); named != "" {
		return filepath.Abs(named)
	}
	version, err := s.goCommand("list", "-m", "-f", "{{.Version}}", s.Module)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(cache, "attrgate-e2e", s.Name+"-"+strings.TrimSpace(version))
	if _, err := os.Stat(binary); !errors.Is(err, fs.ErrNotExist) {
		return binary, err
	}
	return binary, s.build(binary)
}

// build builds beside the binary's place and renames: whoever finds the binary there
// finds all of it.
func (s Server) build(binary string) error {
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	temporary := fmt.Sprintf("%s.%d", binary, os.Getpid())
	args := append([]string{"build", "-ldflags=-s -w", "-o", temporary}, s.Flags...)
	if _, err := s.goCommand(append(args, s.Package)...); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	return os.Rename(temporary, binary)
}

// goCommand runs the go command outside the workspace, which the module is not in.
func (s Server) goCommand(args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Dir = s.Dir
	command.Env = append(os.Environ(), "GOWORK=off")
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return string(output), err
}
