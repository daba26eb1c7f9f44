// Package traefik builds, configures, starts and stops a real Traefik.
package traefik

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/traefik/traefik/v3"

// Binary returns the path of a Traefik: the one that the environment variable
// ATTRGATE_TRAEFIK names, or one built from this module's go.mod. What was built is
// kept in the user's cache folder and used again. It has to be called with a folder
// of this module as the working directory.
func Binary() (string, error) {
	if named := os.Getenv("ATTRGATE_TRAEFIK"); named != "" {
		return filepath.Abs(named)
	}
	version, err := goCommand("list", "-m", "-f", "{{.Version}}", module)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(cache, "attrgate-e2e", "traefik-"+strings.TrimSpace(version))
	if _, err := os.Stat(binary); !errors.Is(err, fs.ErrNotExist) {
		return binary, err
	}
	return binary, build(binary)
}

// build builds beside the binary's place and renames: whoever finds the binary there
// finds all of it.
func build(binary string) error {
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	temporary := fmt.Sprintf("%s.%d", binary, os.Getpid())
	if _, err := goCommand("build", "-ldflags=-s -w", "-o", temporary, module+"/cmd/traefik"); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	return os.Rename(temporary, binary)
}

// goCommand runs the go command outside the workspace, which this module is not in.
func goCommand(args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Env = append(os.Environ(), "GOWORK=off")
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return string(output), err
}
