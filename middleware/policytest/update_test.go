package policytest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

func TestUpdateForwarded(t *testing.T) {
	dir := write(t, t.TempDir(), refusedCase().with("request.http", put+"X-Keep: a\nX-Secret: 1\nX-Keep: b\n\n[1]"))
	change := change(func(r *http.Request) {
		r.Header.Del("X-Secret")
		r.Header.Set("X-Auth-Subject", "jo")
	})
	rewrite(t, dir, door(change))
	wantFile(t, dir, "forwarded.http", "PUT /forms/1 HTTP/1.1\nX-Keep: a\nX-Keep: b\nX-Auth-Subject: jo\n\n[1]")
	wantFile(t, dir, "refused.http", "")
	policytest.Run(t, dir, door(change))
}

func TestUpdateRefused(t *testing.T) {
	dir := write(t, t.TempDir(), forwardedCase())
	open := func(s policytest.Setup) (http.Handler, error) {
		s.Decided(map[string]any{"mode": "enforce", "duration": 1})
		return teapot(s.Backend), nil
	}
	rewrite(t, dir, open)
	wantFile(t, dir, "refused.http", answer418)
	wantFile(t, dir, "forwarded.http", "")
	wantFile(t, dir, "decision.json", "{\n  \"mode\": \"enforce\"\n}\n")
	policytest.Run(t, dir, open)
}

// TestUpdateRefusesNonsense shows that a broken door cannot become the expectation.
func TestUpdateRefusesNonsense(t *testing.T) {
	for name, broken := range map[string]func(http.Handler) http.HandlerFunc{
		"reply changed":   reply(setStatus),
		"forwarded twice": twice,
	} {
		c := load(t, forwardedCase())
		outcome, err := policytest.Runner{Open: door(broken)}.Run(c)
		if err != nil {
			t.Fatal(err)
		}
		if c.Update(outcome) == nil {
			t.Errorf("%s: updated", name)
		}
		wantFile(t, c.Dir, "forwarded.http", forwardedCase()["forwarded.http"])
	}
}

// TestExcludedDoor shows that doors.json keeps a case from a door, and from no other.
func TestExcludedDoor(t *testing.T) {
	dir := write(t, t.TempDir(), refusedCase().with("doors.json", `{"other":"it cleans the path"}`))
	policytest.Runner{Open: door(pass), Door: "other"}.Test(t, dir) // would fail if it ran
	policytest.Runner{Open: door(teapot), Door: "this"}.Test(t, dir)
}

// rewrite runs an update as a user does, by the environment.
func rewrite(t *testing.T, dir string, open policytest.Opener) {
	t.Helper()
	t.Run("rewrite", func(t *testing.T) {
		t.Setenv("ATTRGATE_UPDATE", "1")
		policytest.Run(t, dir, open)
	})
}

func wantFile(t *testing.T, dir, name, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && want != "" || string(got) != want {
		t.Errorf("%s: got %q, %v\nwant %q", name, got, err, want)
	}
}
