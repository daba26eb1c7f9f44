package program

import (
	"os"
	"path/filepath"
	"strings"
)

// Server is somebody else's server, in the version that a go.mod pins.
type Server struct {
	// Name is for the binary, and Env the environment variable that may name another one.
	Name, Env string
	// Module has the version, and Package, within it, is what is built, with Flags.
	Module, Package string
	Flags           []string
	// Dir is a folder of the module whose go.mod pins the version; empty: the working one.
	Dir string
}

// Binary returns the path of the server: what the environment names, or one that is built.
func (s Server) Binary() (string, error) {
	if named := os.Getenv(s.Env); named != "" {
		return filepath.Abs(named)
	}
	version, err := Go(s.Dir, "list", "-m", "-f", "{{.Version}}", s.Module)
	if err != nil {
		return "", err
	}
	return Build(s.Name+"-"+strings.TrimSpace(version), func(binary string) error {
		args := append([]string{"build", "-ldflags=-s -w", "-o", binary}, s.Flags...)
		_, err := Go(s.Dir, append(args, s.Package)...)
		return err
	})
}
