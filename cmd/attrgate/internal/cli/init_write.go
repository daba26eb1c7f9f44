package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/scaffold"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// startFiles returns all files of a plan, in the order of their names. They are made in a
// folder of their own first, where the gate says what the cases are to expect.
func startFiles(ctx context.Context, plan scaffold.Plan) (files []scaffold.File, err error) {
	stage, err := os.MkdirTemp("", "attrgate-init-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	files, err = plan.Files()
	if err != nil {
		return nil, err
	}
	made, err := middlewareFile(plan, files)
	if err != nil {
		return nil, err
	}
	if _, err := saveAll(stage, append(files, made...), false); err != nil {
		return nil, err
	}
	if err := expect(ctx, filepath.Join(stage, "cases")); err != nil {
		return nil, err
	}
	return readAll(stage)
}

// middlewareFile makes Traefik's middleware of the policy.
func middlewareFile(plan scaffold.Plan, files []scaffold.File) ([]scaffold.File, error) {
	file := policyfile.Parse(files[0].Name, files[0].Content)
	if err := file.Problems(gateProblems(file.Policy)); err != nil || plan.For != scaffold.Traefik {
		return nil, byFlag(err)
	}
	document, problems := traefik.Document(file.Policy, traefik.Names{Middleware: "attrgate", Plugin: "attrgate"})
	const note = "# Made by: attrgate convert policy.yaml --to traefik-yaml -o dynamic/attrgate.yaml\n"
	return []scaffold.File{{Name: "dynamic/attrgate.yaml", Content: append([]byte(note), document.YAML()...)}}, problems.Err()
}

// byFlag says what is wrong with an answer by its flag: the file is not there yet.
func byFlag(err error) error {
	problems := policyfile.Problems(nil)
	if !errors.As(err, &problems) {
		return err
	}
	var said []error
	for _, p := range problems {
		flag, known := map[string]string{
			"issuers[0].issuer":            "--issuer",
			"introspection[0].url":         "--introspection-url",
			"gateway.upstreams[0].urls[0]": "--backend",
		}[p.Path]
		if !known {
			return err
		}
		said = append(said, fmt.Errorf("%s: %s", flag, p.Message))
	}
	return errors.Join(said...)
}

// expect writes what becomes of the requests of the cases.
func expect(ctx context.Context, dir string) error {
	cases, err := policytest.Load(dir)
	if err != nil {
		return err
	}
	results, err := runCases(ctx, cases, true)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Result != caseUpdated {
			return fmt.Errorf("the case %s is %s", r.Case, r.Result)
		}
	}
	return nil
}

// readAll reads the files of a folder.
func readAll(dir string) ([]scaffold.File, error) {
	var files []scaffold.File
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		files = append(files, scaffold.File{Name: filepath.ToSlash(name), Content: content})
		return err
	})
	return files, err
}

// saveAll writes files below a folder and returns their paths. Without force it writes none
// if any is there already.
func saveAll(dir string, files []scaffold.File, force bool) ([]string, error) {
	var paths []string
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		paths = append(paths, path)
		if _, err := os.Lstat(path); err == nil && !force {
			return nil, fmt.Errorf("%s is there already; --force overwrites it", path)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	for i, f := range files {
		if err := os.MkdirAll(filepath.Dir(paths[i]), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(paths[i], f.Content, 0o644); err != nil {
			return nil, err
		}
	}
	return paths, nil
}
