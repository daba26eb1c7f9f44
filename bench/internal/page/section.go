// Package page writes what was measured as Markdown with charts.
package page

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Section is a part of a page.
type Section struct {
	text   strings.Builder
	charts map[string]string
}

// New begins a section with its heading.
func New(heading string) *Section {
	s := &Section{charts: map[string]string{}}
	s.Say("## %s", heading)
	return s
}

// Say adds a paragraph.
func (s *Section) Say(format string, args ...any) {
	fmt.Fprintf(&s.text, format+"\n\n", args...)
}

// Table adds a table; the cells may hold Markdown.
func (s *Section) Table(head []string, rows [][]string) {
	s.row(head)
	s.row(strings.Split(strings.Repeat("---,", len(head)-1)+"---", ","))
	for _, row := range rows {
		s.row(row)
	}
	s.text.WriteByte('\n')
}

func (s *Section) row(cells []string) {
	fmt.Fprintf(&s.text, "| %s |\n", strings.Join(cells, " | "))
}

// Command adds a command that a reader can repeat.
func (s *Section) Command(lines ...string) {
	fmt.Fprintf(&s.text, "```sh\n%s\n```\n\n", strings.Join(lines, "\n"))
}

// Chart adds a picture, an SVG that is kept in a file of this name.
func (s *Section) Chart(name, about, svg string) {
	s.charts[name] = svg
	s.Say("![%s](%s/%s.svg)", about, chartFolder, name)
}

// chartFolder stands for the folder of the charts until the page knows where it is.
const chartFolder = "\x00"

// Text returns the section as Markdown with the charts in a folder, given as the page names it.
func (s *Section) Text(folder string) string {
	return strings.ReplaceAll(s.text.String(), chartFolder, folder)
}

// Publish prints the section with what it was measured on below its heading, and writes the
// charts into a folder.
func (s *Section) Publish(w io.Writer, machine, folder string) error {
	heading, rest, _ := strings.Cut(s.Text(folder), "\n")
	if _, err := fmt.Fprintf(w, "%s\n\n%s\n%s", heading, machine, rest); err != nil {
		return err
	}
	return s.writeCharts(folder)
}

// writeCharts writes the charts into a folder.
func (s *Section) writeCharts(folder string) error {
	if len(s.charts) == 0 {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, svg := range s.charts {
		if err := os.WriteFile(filepath.Join(folder, name+".svg"), []byte(svg), 0o644); err != nil {
			return err
		}
	}
	return nil
}
