package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type options struct {
	rounds  int
	seconds float64
	limit   time.Duration
	page    string
	resume  bool
}

const introduction = `# The gate beside others

Written by ` + "`make compared`" + `; [bench/README.md](../bench/README.md) says how to repeat it, or parts of it.
Compare the rows of one table with each other: they took turns on one machine. Times from elsewhere differ.

`

// write runs the parts that are not there yet, and writes the page.
func write(o options) error {
	work, err := workFolder(o.resume)
	if err != nil {
		return err
	}
	charts := strings.TrimSuffix(o.page, filepath.Ext(o.page))
	text := introduction
	for _, p := range parts(o) {
		began := time.Now()
		section, err := p.text(work, charts)
		if err != nil {
			section = fmt.Sprintf("## %s\n\nNot measured: %v\n\n", p.name, err)
		}
		fmt.Fprintf(os.Stderr, "%s took %s\n", p.name, time.Since(began).Round(time.Second))
		text += section
	}
	if err := os.WriteFile(o.page, []byte(strings.TrimSpace(text)+"\n"), 0o644); err != nil {
		return err
	}
	return os.RemoveAll(work)
}

// workFolder keeps the parts that are finished until the page is written.
func workFolder(resume bool) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	work := filepath.Join(base, "attrgate-bench", "report")
	if !resume {
		if err := os.RemoveAll(work); err != nil {
			return "", err
		}
	}
	return work, os.MkdirAll(work, 0o755)
}
