package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// analyze runs systemd-analyze on the units, with the command where the units expect it.
func analyze(t *testing.T, args ...string) string {
	t.Helper()
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze")
	}
	output, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

// unit copies the units into a folder, where the programs that they name exist.
func unit(t *testing.T) string {
	t.Helper()
	binary, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"attrgate.service", "attrgate.socket"} {
		text := strings.ReplaceAll(read(t, "deploy/systemd/"+name), "/usr/local/bin/attrgate", binary)
		check(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

func TestTheUnitsAreWhatSystemdKnows(t *testing.T) {
	dir := unit(t)
	if output := analyze(t, "verify", "--man=no", "--recursive-errors=no", dir+"/attrgate.service", dir+"/attrgate.socket"); output != "" {
		t.Error(output)
	}
}

// TestTheServiceIsLockedIn takes systemd's own measure, from 0, nothing to lose, to 10 in
// units of a tenth: services without any hardening have 96.
func TestTheServiceIsLockedIn(t *testing.T) {
	analyze(t, "security", "--no-pager", "--offline=yes", "--threshold=15", unit(t)+"/attrgate.service")
}
