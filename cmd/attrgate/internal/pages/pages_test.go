package pages_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/pages"
)

const root = "../../../.."

var (
	link    = regexp.MustCompile(`\]\(#([^)]+)\)`)
	heading = regexp.MustCompile(`(?m)^## (.+)$`)
	dropped = regexp.MustCompile("[^a-z0-9_ -]")
)

// A link within a page leads to a heading of it, whose name is made as GitHub makes it.
func TestLinksLeadToHeadings(t *testing.T) {
	files, err := pages.All(root)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for name, content := range files {
		names := map[string]bool{}
		for _, found := range heading.FindAllStringSubmatch(string(content), -1) {
			names[strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-")] = true
		}
		for _, found := range link.FindAllStringSubmatch(string(content), -1) {
			links++
			if !names[found[1]] {
				t.Errorf("%s: no heading for #%s", name, found[1])
			}
		}
	}
	if links < 40 {
		t.Errorf("%d links are too few", links)
	}
}

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
