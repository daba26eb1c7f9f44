package peer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// run runs a command in a folder and returns what it printed. The error has the end of what
// it complained about.
func run(dir, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	output, err := c.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return string(output), fmt.Errorf("%s %s: %s", name, strings.Join(args, " "), strings.Join(strings.Fields(string(exit.Stderr)), " "))
	}
	return string(output), err
}

// goAlone runs the go command outside the workspace.
func goAlone(dir string, args ...string) (string, error) { return goIn("off", dir, args...) }

// goIn runs the go command in a workspace.
func goIn(workspace, dir string, args ...string) (string, error) {
	return run(dir, "env", append([]string{"GOWORK=" + workspace, "go"}, args...)...)
}

// cache is the folder where built servers are kept.
func cache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "attrgate-bench")
	return dir, os.MkdirAll(dir, 0o755)
}

// build builds a package of a module that is not in the workspace. The go command keeps what
// did not change.
func build(module, pkg, name string) (string, error) {
	dir, err := cache()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, name)
	_, err = goAlone(module, "build", "-ldflags=-s -w", "-o", binary, pkg)
	return binary, err
}

// required returns the version of a module that another one requires.
func required(by, module string) (string, error) {
	version, err := goAlone(by, "list", "-m", "-f", "{{.Version}}", module)
	return strings.TrimSpace(version), err
}

// installed finds a program of a Debian package.
func installed(program, pkg string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		if path, err = exec.LookPath(filepath.Join("/usr/sbin", program)); err != nil {
			return "", fmt.Errorf("not installed: apt-get install %s", pkg)
		}
	}
	return path, nil
}

// firstLine runs a program for its version, which some write to stderr.
func firstLine(name string, args ...string) string {
	output, _ := exec.Command(name, args...).CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	return line
}
