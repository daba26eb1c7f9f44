// Package plugin loads attrgate into the Yaegi interpreter by the steps that Traefik
// takes, without Traefik.
package plugin

import (
	"fmt"
	"os"
	"path/filepath"
)

// Module is the plugin's module path, by which Traefik knows it.
const Module = "github.com/attrgate/attrgate"

// Link makes the repository at root the plugin's source below goPath, as the file
// tree of an interpreter or of Traefik's plugins-local has it.
func Link(goPath, root string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, ".traefik.yml")); err != nil {
		return fmt.Errorf("not the root of a plugin: %w", err)
	}
	source := filepath.Join(goPath, "src", filepath.FromSlash(Module))
	if err := os.MkdirAll(filepath.Dir(source), 0o755); err != nil {
		return err
	}
	return os.Symlink(root, source)
}
