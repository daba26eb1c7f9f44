package deploy_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

// TestTheReleaseConfigurationIsGoreleasers loads it as goreleaser does, which refuses fields
// that it does not know, and looks for the files that it names.
func TestTheReleaseConfigurationIsGoreleasers(t *testing.T) {
	project, err := config.Load(root + "/.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(project.Builds) != 1 || len(project.SBOMs) != 1 || project.Checksum.Algorithm != "sha256" {
		t.Errorf("%d builds, %d SBOMs, checksums by %s", len(project.Builds), len(project.SBOMs), project.Checksum.Algorithm)
	}
	for _, archive := range project.Archives {
		for _, file := range archive.Files {
			if match, err := filepath.Glob(filepath.Join(root, file.Source)); len(match) == 0 && !strings.HasPrefix(file.Source, made) {
				t.Errorf("%s: %d files, %v", file.Source, len(match), err)
			}
		}
	}
}

// made is the folder that a hook of the release makes.
const made = "dist-files/"
