// Package smalldisk gives tests a real file system that is soon full.
package smalldisk

import (
	"os"
	"path/filepath"
	"testing"
)

// New mounts a file system of a size, such as "64k", for one test, and returns its folder.
// It needs Linux and root; without them the test is skipped.
func New(t *testing.T, size string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := mount(dir, size); err != nil {
		t.Skipf("a small disk needs Linux and root: %v", err)
	}
	t.Cleanup(func() { _ = unmount(dir) }) // else the folder cannot be removed, which the test says
	return dir
}

// Fill takes all room but for less than 512 bytes, with a file whose name it returns.
func Fill(t *testing.T, dir string) (name string) {
	t.Helper()
	name = filepath.Join(dir, "filling")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = file.Write(make([]byte, 512))
	}
	_ = file.Close() // it was filled until it failed
	return name
}

// Grow gives the file system another size.
func Grow(t *testing.T, dir, size string) {
	t.Helper()
	if err := remount(dir, size); err != nil {
		t.Fatal(err)
	}
}
