package page

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Machine says in one line what it was measured on, and when.
func Machine() string {
	return fmt.Sprintf("%s, %d CPUs (%s), Linux %s, %s/%s, %s, load at the start %s",
		time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), cpuModel(), firstLine("/proc/sys/kernel/osrelease"),
		runtime.GOOS, runtime.GOARCH, runtime.Version(), load())
}

func cpuModel() string {
	content, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(content)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func load() string {
	one, _, _ := strings.Cut(firstLine("/proc/loadavg"), " ")
	return one
}

func firstLine(file string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	line, _, _ := strings.Cut(string(content), "\n")
	return line
}

// ModuleVersion returns the version of a module that this program is built with; empty if
// it is not in it.
func ModuleVersion(path string) string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == path {
			return m.Version
		}
	}
	return ""
}
