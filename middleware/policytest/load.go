package policytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Load reads all cases below dir, in the order of their names. A folder that is
// only half a case, a file with a misspelt name and a corpus without any case are
// errors: a check that silently does not run is worse than none.
func Load(dir string) ([]Case, error) {
	var cases []Case
	dir = filepath.Clean(dir) // so that it equals the first path of the walk
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		c, found, err := loadCase(dir, path)
		if found && err == nil {
			cases = append(cases, c)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("no case in %s: a case is a folder with a file %s", dir, requestFile)
	}
	return cases, nil
}

func loadCase(root, dir string) (c Case, found bool, err error) {
	files, err := readFiles(dir)
	if err != nil {
		return Case{}, false, err
	}
	if _, ok := files[requestFile]; !ok {
		return Case{}, false, wantOnlyPolicy(dir, files)
	}
	c, err = readCase(files)
	if err == nil {
		c.PolicyFile, c.Policy, err = policyFor(root, dir)
	}
	if err != nil {
		return Case{}, true, fmt.Errorf("%s: %w", dir, err)
	}
	name, err := filepath.Rel(root, dir)
	c.Name, c.Dir = filepath.ToSlash(name), dir
	return c, true, err
}

// readFiles reads the .http and .json files of a folder.
func readFiles(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if entry.IsDir() || !isCaseFile(entry.Name()) {
			continue
		}
		if files[entry.Name()], err = os.ReadFile(filepath.Join(dir, entry.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func isCaseFile(name string) bool {
	return strings.HasSuffix(name, ".http") || strings.HasSuffix(name, ".json") || strings.HasPrefix(name, "policy.y")
}

func wantOnlyPolicy(dir string, files map[string][]byte) error {
	for name := range files {
		if name != policyFile && name != policyYAML {
			return fmt.Errorf("%s: %s without a %s", dir, name, requestFile)
		}
	}
	return nil
}

func readCase(files map[string][]byte) (Case, error) {
	var c Case
	for name, content := range files {
		if err := c.take(name, content); err != nil {
			return Case{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if c.Forwarded != nil && c.Refused != nil {
		return Case{}, fmt.Errorf("%s and %s exclude each other", forwardedFile, refusedFile)
	}
	return c, nil
}

func (c *Case) take(name string, content []byte) (err error) {
	switch name {
	case requestFile:
		c.Request, err = ParseMessage(content)
	case forwardedFile:
		c.Forwarded, err = parseExpected(content)
	case refusedFile:
		c.Refused, err = parseExpected(content)
	case policyFile:
		err = wantJSON(content)
	case policyYAML:
	case decisionFile:
		c.Decision, err = content, wantJSON(content)
	case doorsFile:
		err = json.Unmarshal(content, &c.Doors)
	default:
		err = errors.New("not a file of a case")
	}
	return err
}

func parseExpected(content []byte) (*Message, error) {
	m, err := ParseMessage(content)
	return &m, err
}

func wantJSON(content []byte) error {
	var value any
	return json.Unmarshal(content, &value)
}

// policyFor finds the policy of a folder: its own, or the nearest one above it, not above
// the root.
func policyFor(root, dir string) (name string, content []byte, err error) {
	for {
		name, content, err = ownPolicy(dir)
		if name != "" || err != nil {
			return name, content, err
		}
		if dir == root {
			return "", nil, fmt.Errorf("no %s or %s here or in a folder above it", policyFile, policyYAML)
		}
		dir = filepath.Dir(dir)
	}
}

// ownPolicy reads the policy in a folder; its name is empty if there is none.
func ownPolicy(dir string) (name string, content []byte, err error) {
	for _, file := range []string{policyFile, policyYAML} {
		path := filepath.Join(dir, file)
		read, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", nil, err
		case name != "":
			return "", nil, fmt.Errorf("%s and %s exclude each other", policyFile, policyYAML)
		default:
			name, content = path, read
		}
	}
	return name, content, nil
}
