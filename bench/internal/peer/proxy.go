package peer

import (
	"os"
	"path/filepath"
	"runtime"
)

func goProxy(site Site) (Server, error) {
	binary, err := build(filepath.Join(site.Root, "bench"), "./goproxy", "goproxy")
	return Server{
		Command: []string{binary, "-listen", site.Listen, "-upstream", "http://" + site.Backend},
		Version: runtime.Version(),
	}, err
}

// gateway is built within the workspace: the command requires a release of the library, and
// what is measured is the library as it is here.
func gateway(site Site) (Server, error) {
	dir, err := cache()
	if err != nil {
		return Server{}, err
	}
	binary := filepath.Join(dir, "attrgate")
	if _, err := goIn(filepath.Join(site.Root, "go.work"), site.Root, "build", "-ldflags=-s -w", "-o", binary, "./cmd/attrgate"); err != nil {
		return Server{}, err
	}
	policy, err := writePolicy(site)
	return Server{
		Command: []string{binary, "serve", "--policy", policy, "--listen", site.Listen, "--upstream", "http://" + site.Backend, "--log", "none"},
		Version: "this repository, " + runtime.Version(),
	}, err
}

// writePolicy writes the policy into the peer's folder and returns the file.
func writePolicy(site Site) (string, error) {
	text, err := site.Signer.PolicyJSON()
	if err != nil {
		return "", err
	}
	file := filepath.Join(site.Dir, "policy.json")
	return file, os.WriteFile(file, text, 0o644)
}
