// Command gendocs writes the documents that are generated from the source. It takes the
// folder of the repository; `make docs` runs it.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/pages"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 1 {
		return errors.New("want the folder of the repository")
	}
	files, err := pages.All(args[0])
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(args[0], name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
