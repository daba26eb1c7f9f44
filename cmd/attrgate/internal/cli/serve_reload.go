package cli

import (
	"errors"
	"fmt"
	"io"
	"log"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
)

// refreshPolicy takes a changed policy, and says in one line what became of it, after the
// problems.
func refreshPolicy(gate *reload.Gate, stderr io.Writer, errorLog *log.Logger) error {
	err := gate.Reload()
	if err == nil {
		errorLog.Print("policy reloaded")
		return nil
	}
	if err = explain(err, stderr); !errors.Is(err, errProblems) {
		errorLog.Print(oneLine(err))
	}
	errorLog.Print("the policy in force stays")
	return err
}

// explain prints what is wrong with a policy, and returns the error for the exit code.
func explain(err error, stderr io.Writer) error {
	if problems := (policyfile.Problems)(nil); errors.As(err, &problems) {
		_, _ = fmt.Fprintln(stderr, problems.Error())
		return errProblems
	}
	return err
}
