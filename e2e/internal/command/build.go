// Package command builds the real attrgate.
package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the command of the repository at root as its workspace does, whatever this
// module is built with.
func Build(root, binary string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join(root, "cmd", "attrgate")
	build.Env = append(os.Environ(), "GOWORK="+filepath.Join(root, "go.work"))
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	return nil
}
