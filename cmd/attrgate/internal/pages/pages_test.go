package pages_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/pages"
)

const root = "../../../.."

func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := pages.All(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale; run: make docs", name)
		}
	}
}
