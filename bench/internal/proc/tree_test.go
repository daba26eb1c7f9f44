package proc_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/attrgate/attrgate/bench/internal/proc"
)

// TestOfCountsChildren: a server whose workers do the work is charged for them.
func TestOfCountsChildren(t *testing.T) {
	before, err := proc.Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if before.Resident < 1<<20 {
		t.Errorf("this process has %d bytes", before.Resident)
	}
	burn := exec.Command("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done")
	if err := burn.Run(); err != nil {
		t.Fatal(err)
	}
	after, err := proc.Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if used := after.CPU - before.CPU; used < 20*time.Millisecond {
		t.Errorf("a child that counted to 300000 was charged with %s", used)
	}
}
