// Package traefik builds, configures, starts and stops a real Traefik.
package traefik

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/attrgate/attrgate/e2e/internal/program"
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
	version, err := program.Go(".", "list", "-m", "-f", "{{.Version}}", module)
	if err != nil {
		return "", err
	}
	return program.Build("traefik-"+strings.TrimSpace(version), func(binary string) error {
		_, err := program.Go(".", "build", "-ldflags=-s -w", "-o", binary, module+"/cmd/traefik")
		return err
	})
}
