package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// pluginTags are those that the plugin's entry file asks for.
var pluginTags = []string{"yaegi", "traefik"}

// cost is what loading one package costs the interpreter, without those that it imports.
type cost struct {
	name      string
	lines     int   // of code: neither blank nor a comment alone
	nodes     int64 // of the tree that the interpreter keeps
	live      int64 // bytes that stay
	allocated int64 // bytes, with what the collector gets back
	cpu       time.Duration
}

// measurePackages loads the plugin's packages one by one, each behind those that it imports,
// in a new interpreter each round, and returns the round with the least CPU time.
func measurePackages(root string, rounds int) ([]cost, error) {
	packages, err := listPackages(root)
	if err != nil {
		return nil, err
	}
	goPath, err := os.MkdirTemp("", "attrgate-measure-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(goPath)
	if err := plugin.Link(goPath, root); err != nil {
		return nil, err
	}
	var best []cost
	for range rounds {
		costs, err := loadPackages(goPath, packages)
		if err != nil {
			return nil, err
		}
		if best == nil || total(costs).cpu < total(best).cpu {
			best = costs
		}
	}
	return best, nil
}

func loadPackages(goPath string, packages []cost) ([]cost, error) {
	var i *interp.Interpreter
	symbols, err := load(cost{name: "symbols of the standard library"}, func() error {
		i = interp.New(interp.Options{GoPath: goPath, BuildTags: pluginTags, Stdout: io.Discard, Stderr: io.Discard})
		return i.Use(stdlib.Symbols)
	})
	costs := []cost{symbols}
	for n := 0; n < len(packages) && err == nil; n++ {
		c, before := packages[n], plugin.Nodes(i)
		c, err = load(c, func() error {
			_, err := i.Eval(fmt.Sprintf("import %q", plugin.Module+"/"+c.name))
			return err
		})
		c.nodes = plugin.Nodes(i) - before
		costs = append(costs, c)
	}
	if err != nil {
		return nil, err
	}
	gates, err := buildGates(i)
	runtime.KeepAlive(i)
	return append(costs, gates...), err
}

// load measures one step of loading.
func load(c cost, step func() error) (cost, error) {
	before := memory()
	began := ownTime()
	if err := step(); err != nil {
		return c, err
	}
	c.cpu = ownTime() - began
	after := memory()
	c.live = int64(after.HeapAlloc) - int64(before.HeapAlloc)
	c.allocated = int64(after.TotalAlloc - before.TotalAlloc)
	return c, nil
}

// ownTime is the CPU time of this process, finer than proc(5) has it.
func ownTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used) // of oneself it is always to be had
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func memory() (m runtime.MemStats) {
	runtime.GC()
	runtime.GC() // what the first one's finalizers let go
	runtime.ReadMemStats(&m)
	return m
}

// listPackages finds the packages of the repository that the plugin reaches, imported ones
// first, and counts their lines.
func listPackages(root string) ([]cost, error) {
	command := exec.Command("go", "list", "-deps", "-tags", strings.Join(pluginTags, ","), "-json=ImportPath,Dir,GoFiles", "./plugin")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []cost
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p struct {
			ImportPath, Dir string
			GoFiles         []string
		}
		if err := d.Decode(&p); err != nil {
			return nil, err
		}
		name, own := strings.CutPrefix(p.ImportPath, plugin.Module+"/")
		if !own {
			continue
		}
		c := cost{name: name}
		for _, file := range p.GoFiles {
			content, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				return nil, err
			}
			c.lines += linesOfCode(string(content))
		}
		packages = append(packages, c)
	}
	return packages, nil
}

func linesOfCode(source string) (n int) {
	for _, line := range strings.Split(source, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

func total(costs []cost) cost {
	sum := cost{name: "together, with one router"}
	for _, c := range costs {
		sum.lines += c.lines
		sum.nodes += c.nodes
		sum.live += c.live
		sum.allocated += c.allocated
		sum.cpu += c.cpu
	}
	return sum
}

// packageTable adds up everything but the last, which comes on top with each further router.
func packageTable(costs []cost) string {
	var w strings.Builder
	fmt.Fprintln(&w, "| | lines | nodes | live, KiB | allocated, KiB | CPU time, ms |\n|---|---|---|---|---|---|")
	for _, c := range append(costs, total(costs[:len(costs)-1])) {
		fmt.Fprintf(&w, "| %s | %d | %d | %d | %d | %.0f |\n", c.name, c.lines, c.nodes, c.live>>10, c.allocated>>10, milliseconds(c.cpu))
	}
	return w.String()
}
