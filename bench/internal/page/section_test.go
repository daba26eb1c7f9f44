package page_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/bench/internal/page"
)

func TestPublish(t *testing.T) {
	s := page.New("Heading")
	s.Table([]string{"", "a"}, [][]string{{"row", "1"}})
	s.Aims([]page.Aim{{What: "fast", Most: 2, Found: 3}, {What: "much", Least: 2, Found: 3}, {What: "absent", Most: 1, Found: math.NaN()}})
	s.Chart("picture", "A picture", "<svg/>")
	folder := filepath.Join(t.TempDir(), "charts")
	var out strings.Builder
	if err := s.Publish(&out, "some machine", folder); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## Heading\n\nsome machine\n", "| row | 1 |\n",
		"| fast | at most 2.00 | 3.00 | missed |\n", "| much | at least 2.00 | 3.00 | reached |\n", "| absent | at most 1.00 | not measured |  |\n",
		"![A picture](" + folder + "/picture.svg)",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if svg, err := os.ReadFile(filepath.Join(folder, "picture.svg")); string(svg) != "<svg/>" {
		t.Error(string(svg), err)
	}
}
