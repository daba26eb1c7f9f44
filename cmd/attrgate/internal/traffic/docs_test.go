package traffic_test

import (
	"os"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
)

const page = "../../../../docs/replay.md"

// TestTheDocumentListsAllNames compares the table of docs/replay.md with the code.
// ATTRGATE_UPDATE=1 writes it.
func TestTheDocumentListsAllNames(t *testing.T) {
	text, err := os.ReadFile(page)
	must(t, err)
	const head = "| Member | Names |\n|---|---|\n"
	before, after, found := strings.Cut(string(text), head)
	if !found {
		t.Fatal("the table is gone")
	}
	_, after, _ = strings.Cut(after, "\n\n")
	want := before + head + table() + "\n" + after
	if os.Getenv("ATTRGATE_UPDATE") == "1" {
		must(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	if string(text) != want {
		t.Errorf("%s is stale: run the test with ATTRGATE_UPDATE=1", page)
	}
}

func table() string {
	var b strings.Builder
	for _, s := range traffic.Spellings() {
		b.WriteString("| " + s.About + " | `" + strings.Join(s.Names, "`, `") + "` |\n")
	}
	return b.String()
}
