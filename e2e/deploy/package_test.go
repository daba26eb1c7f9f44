package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
)

// TestThePackageIsWhole builds Debian's package as goreleaser does, with the library that
// goreleaser has for it, and unpacks it with Debian's own program.
func TestThePackageIsWhole(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("there is no dpkg-deb")
	}
	into := t.TempDir()
	run(t, into, "dpkg-deb", "--extract", debianPackage(t), into)
	for _, file := range []string{
		"usr/lib/systemd/system/attrgate.socket", "usr/share/man/man1/attrgate-serve.1",
		"usr/share/doc/attrgate/copyright", "usr/share/zsh/vendor-completions/_attrgate",
		"usr/share/fish/vendor_completions.d/attrgate.fish",
	} {
		if _, err := os.Stat(filepath.Join(into, file)); err != nil {
			t.Error(err)
		}
	}
	run(t, into, "bash", "-n", "usr/share/bash-completion/completions/attrgate")
	run(t, into, "usr/bin/attrgate", "check", "usr/share/doc/attrgate/attrgate.yaml")
	programsOfTheUnit(t, into)
}

// programsOfTheUnit are to be where the package puts them.
func programsOfTheUnit(t *testing.T, into string) {
	t.Helper()
	unit, err := os.ReadFile(filepath.Join(into, "usr/lib/systemd/system/attrgate.service"))
	check(t, err)
	lines := regexp.MustCompile(`(?m)^Exec[A-Za-z]+=(/\S+/attrgate) `).FindAllSubmatch(unit, -1)
	if len(lines) != 2 {
		t.Errorf("the unit runs attrgate %d times", len(lines))
	}
	for _, line := range lines {
		if _, err := os.Stat(filepath.Join(into, string(line[1]))); err != nil {
			t.Error(err)
		}
	}
}

// debianPackage builds the package and returns its file.
func debianPackage(t *testing.T) string {
	t.Helper()
	binary, err := buildBinary()
	check(t, err)
	t.Chdir(releaseFolder(t))
	project, err := config.Load(".goreleaser.yaml")
	check(t, err)
	described := project.NFPMs[0]
	if !slices.Contains(described.Formats, "deb") {
		t.Fatalf("the formats are %v", described.Formats)
	}
	contents := files.Contents{{Source: binary, Destination: filepath.Join(described.Bindir, "attrgate")}}
	for _, c := range described.Contents {
		contents = append(contents, &files.Content{Source: c.Source, Destination: c.Destination, Type: c.Type, Packager: c.Packager})
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: described.PackageName, Arch: runtime.GOARCH, Version: version,
		Maintainer: described.Maintainer, Description: described.Description,
		Overridables: nfpm.Overridables{Contents: contents},
	})
	check(t, nfpm.PrepareForPackager(info, "deb"))
	file, err := os.Create(filepath.Join(t.TempDir(), "attrgate.deb"))
	check(t, err)
	check(t, deb.Default.Package(info, file))
	check(t, file.Close())
	return file.Name()
}

// releaseFolder is a folder that looks like the root of the repository at a release, with
// what the hook makes for it.
func releaseFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	at, err := filepath.Abs(root)
	check(t, err)
	for _, name := range []string{".goreleaser.yaml", "LICENSE", "deploy", "examples"} {
		check(t, os.Symlink(filepath.Join(at, name), filepath.Join(folder, name)))
	}
	run(t, at, "deploy/release-files.sh", filepath.Join(folder, made))
	return folder
}

// run runs a program in a folder.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=") // the workspace that dir is in
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, output)
	}
}
