package reload_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
)

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// watch returns a channel that gets what the first file holds whenever a change is told.
func watch(t *testing.T, names ...string) <-chan string {
	t.Helper()
	w, err := reload.Watch(names...)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	told, ended := make(chan string, 100), make(chan bool)
	go func() {
		w.Run(ctx, func() { content, _ := os.ReadFile(names[0]); told <- string(content) })
		close(ended)
	}()
	t.Cleanup(func() { cancel(); <-ended; w.Close() })
	return told
}

// until waits for a content to be told; a file that is written in place may be seen half
// written before.
func until(t *testing.T, told <-chan string, want string) {
	t.Helper()
	for late := time.After(10 * time.Second); ; {
		select {
		case got := <-told:
			if got == want {
				return
			}
		case <-late:
			t.Fatalf("%q was not noticed", want)
		}
	}
}

func TestChangesOfAFileAreNoticed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "policy.yaml")
	write(t, name, "first")
	told := watch(t, name)
	write(t, name, "second")
	until(t, told, "second")
	replace(t, name, "third")
	until(t, told, "third")
	must(t, os.Remove(name))
	until(t, told, "")
	write(t, name, "fourth")
	until(t, told, "fourth")
}

func TestNeighboursAndRewritesOfTheSameAreNoChange(t *testing.T) {
	name := filepath.Join(t.TempDir(), "policy.yaml")
	write(t, name, "first")
	told := watch(t, name)
	replace(t, name+".swp", "other")
	replace(t, name, "first")
	time.Sleep(3 * reload.Settle)
	replace(t, name, "second")
	if got := <-told; got != "second" {
		t.Errorf("told %q", got)
	}
}

// The layout of a mounted ConfigMap: policy.yaml → ..data/policy.yaml, ..data → ..1, and an
// update replaces the link ..data.
func TestTheSymlinkSwapOfKubernetesIsNoticed(t *testing.T) {
	dir := t.TempDir()
	version := func(folder, content string) {
		must(t, os.Mkdir(filepath.Join(dir, folder), 0o700))
		write(t, filepath.Join(dir, folder, "policy.yaml"), content)
		must(t, os.Symlink(folder, filepath.Join(dir, "..data_tmp")))
		must(t, os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
	}
	version("..1", "first")
	name := filepath.Join(dir, "policy.yaml")
	must(t, os.Symlink(filepath.Join("..data", "policy.yaml"), name))
	told := watch(t, name)
	version("..2", "second")
	must(t, os.RemoveAll(filepath.Join(dir, "..1")))
	until(t, told, "second")
	version("..3", "third")
	until(t, told, "third")
}

func TestAFileBehindALinkToAnotherFolderIsWatched(t *testing.T) {
	real, name := filepath.Join(t.TempDir(), "real.yaml"), filepath.Join(t.TempDir(), "policy.yaml")
	write(t, real, "first")
	must(t, os.Symlink(real, name))
	told := watch(t, name)
	replace(t, real, "second")
	until(t, told, "second")
}

func TestEachOfSeveralFilesIsWatched(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	write(t, first, "a")
	told := watch(t, first, second)
	write(t, second, "b")
	until(t, told, "a")
}

func TestAFileWithoutAnEndIsLookedAtInPart(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip(err)
	}
	w, err := reload.Watch("/dev/zero")
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
}

func TestAFolderThatIsNotThereCannotBeWatched(t *testing.T) {
	w, err := reload.Watch(filepath.Join(t.TempDir(), "nowhere", "policy.yaml"))
	if err == nil {
		t.Error("no error")
	}
	w.Close()
	w.Run(t.Context(), nil)
}

func TestHangupsReload(t *testing.T) {
	told := make(chan bool, 10)
	reload.OnHangup(t.Context(), func() { told <- true })
	for range 2 {
		must(t, reload.Hangup())
		select {
		case <-told:
		case <-time.After(10 * time.Second):
			t.Fatal("not told")
		}
	}
}
