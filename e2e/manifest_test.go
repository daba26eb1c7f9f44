package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/traefik/paerser/file"
	"golang.org/x/mod/modfile"
	"gopkg.in/yaml.v3"
)

// manifest is .traefik.yml as far as the catalogue reads it.
type manifest struct {
	DisplayName string         `yaml:"displayName"`
	Type        string         `yaml:"type"`
	Import      string         `yaml:"import"`
	Summary     string         `yaml:"summary"`
	TestData    map[string]any `yaml:"testData"`
}

// readManifest reads the manifest twice, as the catalogue does: its YAML, and then the
// test data as Traefik reads a configuration, in which all scalars become strings.
func readManifest(root string) (manifest, error) {
	content, err := os.ReadFile(filepath.Join(root, ".traefik.yml"))
	if err != nil {
		return manifest{}, err
	}
	var m, typed manifest
	if err := yaml.Unmarshal(content, &m); err != nil {
		return manifest{}, err
	}
	if err := file.DecodeContent(string(content), ".yaml", &typed); err != nil {
		return manifest{}, err
	}
	m.TestData = typed.TestData
	return m, m.check()
}

func (m manifest) check() error {
	missing := map[string]bool{
		"displayName": m.DisplayName == "", "import": m.Import == "", "summary": m.Summary == "",
		"testData": len(m.TestData) == 0,
	}
	var err error
	for name, empty := range missing {
		if empty {
			err = errors.Join(err, fmt.Errorf("%s is missing", name))
		}
	}
	if m.Type != "middleware" {
		err = errors.Join(err, fmt.Errorf("type is %q, not middleware", m.Type))
	}
	return err
}

// checkModule looks for what the catalogue does not allow in the plugin's go.mod.
func (m manifest) checkModule(root string) error {
	content, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	module, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return err
	}
	for _, require := range module.Require {
		for _, forbidden := range []string{"traefik/yaegi", "traefik/traefik", "traefik/mesh", "containous/"} {
			if strings.Contains(require.Mod.Path, "github.com/"+forbidden) {
				return fmt.Errorf("the module requires %s", require.Mod.Path)
			}
		}
	}
	if !strings.HasPrefix(m.Import, module.Module.Mod.Path) {
		return fmt.Errorf("import %s is not within module %s", m.Import, module.Module.Mod.Path)
	}
	return nil
}
