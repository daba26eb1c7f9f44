package growth_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/bench/internal/growth"
	"github.com/attrgate/attrgate/bench/internal/turns"
)

// TestRunLeavesNothingOut: every sweep comes to its end, in all three builds.
func TestRunLeavesNothingOut(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	section, err := growth.Run(growth.Options{
		Options: turns.Options{Rounds: 1, Turn: time.Millisecond}, Root: root, Tokens: []int{1, 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := section.Text("charts")
	if strings.Contains(text, "Not measured") || strings.Contains(text, "NaN") || strings.Count(text, "### ") != 6 {
		t.Error(text)
	}
}
