package main_test

import (
	"bytes"
	"errors"
	"os/exec"
	"syscall"
	"testing"
)

// TestWhoReadsStandardInputIsEndedByOneSignal holds for every verb that serves nothing: one
// that waits for a terminal would seem to be deaf to Ctrl-C.
func TestWhoReadsStandardInputIsEndedByOneSignal(t *testing.T) {
	for _, args := range [][]string{
		{"check", "-"},
		{"token"},
		{"convert", "-", "--to", "policy"},
		{"serve", "--config", "-"},
	} {
		command := exec.Command("attrgate", args...)
		stdin, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		// More than the pipe holds: once it is written, somebody reads.
		if _, err := stdin.Write(bytes.Repeat([]byte("#\n"), 1<<19)); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		ended := (*exec.ExitError)(nil)
		if err := command.Wait(); !errors.As(err, &ended) || ended.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
			t.Errorf("%v: ended with %v", args, err)
		}
	}
}
