package policytest

import (
	"os"
	"testing"
)

// updateVariable is an environment variable and not a flag: a flag would have to be
// registered when this package is imported, for every program that does.
const updateVariable = "ATTRGATE_UPDATE"

// Run runs every case below dir as a subtest of its own, through the handlers that
// open builds. If the environment variable ATTRGATE_UPDATE is 1, it rewrites the
// expectations instead.
func Run(t *testing.T, dir string, open Opener) {
	t.Helper()
	Runner{Open: open, Update: os.Getenv(updateVariable) == "1"}.Test(t, dir)
}

// Test runs every case below dir as a subtest of its own. A case that doors.json
// excludes from this door is skipped with the reason.
func (r Runner) Test(t *testing.T, dir string) {
	t.Helper()
	cases, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		c := c
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			r.test(t, c)
		})
	}
}

func (r Runner) test(t *testing.T, c Case) {
	t.Helper()
	if reason, excluded := c.Doors[r.Door]; excluded {
		t.Skip(reason)
	}
	outcome, err := r.Run(c)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Update {
		Report(t, c.Check(outcome))
		return
	}
	if err := c.Update(outcome); err != nil {
		t.Fatal(err)
	}
}

// Report makes each difference an error of the test.
func Report(t testing.TB, differences []Difference) {
	t.Helper()
	for _, difference := range differences {
		t.Error(difference)
	}
}
