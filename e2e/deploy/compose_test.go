package deploy_test

import (
	"os"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
)

// TestTheComposeFileIsOne loads the file with Compose's own library, and looks for the files
// that it mounts.
func TestTheComposeFileIsOne(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{root + "/examples/compose/compose.yaml"}, cli.WithResolvedPaths(true))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mounts := 0
	for _, service := range project.Services {
		for _, volume := range service.Volumes {
			mounts++
			if _, err := os.Stat(volume.Source); err != nil {
				t.Errorf("%s: %v", service.Name, err)
			}
		}
		if service.Build != nil {
			if _, err := os.Stat(service.Build.Context + "/Dockerfile"); err != nil {
				t.Errorf("%s: %v", service.Name, err)
			}
		}
	}
	if len(project.Services) != 2 || mounts != 3 {
		t.Errorf("%d services, %d mounts", len(project.Services), mounts)
	}
}
