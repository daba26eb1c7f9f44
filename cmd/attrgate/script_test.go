package main_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"attrgate": func() {
			os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the sessions of testdata/script. ATTRGATE_UPDATE=1 writes what the
// commands print into them. There, $REPOSITORY leads to the repository, and $CASES to its cases.
func TestScripts(t *testing.T) {
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPOSITORY", repository)
			env.Setenv("CASES", filepath.Join(repository, "testdata", "cases"))
			return nil
		},
		UpdateScripts: os.Getenv("ATTRGATE_UPDATE") == "1",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"code": code, "mask": mask},

		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// code is a command of the sessions, "code N COMMAND...": it runs a command, which must end
// with exit code N.
func code(script *testscript.TestScript, not bool, args []string) {
	if not || len(args) < 2 {
		script.Fatalf("usage: code N COMMAND...")
	}
	got := 0
	err := script.Exec(args[1], args[2:]...)
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		script.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		script.Fatalf("exit code %d, not %s", got, args[0])
	}
}

// mask is a command of the sessions, "mask REGEXP FILE": it writes what was printed last to
// the file, with three dots for what differs from run to run.
func mask(script *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 2 {
		script.Fatalf("usage: mask REGEXP FILE")
	}
	differs, err := regexp.Compile(args[0])
	script.Check(err)
	text := differs.ReplaceAllString(script.ReadFile("stdout"), "...")
	script.Check(os.WriteFile(script.MkAbs(args[1]), []byte(text), 0o600))
}
