// Package command builds the attrgate command, for tests that run it.
package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the command into a folder, as the repository's workspace does, whatever this
// module is built with. The root is that of the repository.
func Build(root, dir string) (binary string, err error) {
	workspace, err := filepath.Abs(filepath.Join(root, "go.work"))
	if err != nil {
		return "", err
	}
	binary = filepath.Join(dir, "attrgate")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join(root, "cmd", "attrgate")
	build.Env = append(os.Environ(), "GOWORK="+workspace)
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return binary, nil
}
