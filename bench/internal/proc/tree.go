// Package proc reads the kernel's accounts of processes: proc(5). It needs Linux.
package proc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of time in /proc on every Linux that Go runs on.
const tick = time.Second / 100

// Usage is what a process and all its descendants have used.
type Usage struct {
	// CPU is user and system time, that of ended and waited-for children included.
	CPU time.Duration

	// Resident is the memory in RAM, added up, in bytes.
	Resident int64
}

// stat is what is read of one process.
type stat struct {
	parent int
	cpu    time.Duration
	pages  int64
}

// Of returns the usage of a process and its descendants.
func Of(pid int) (Usage, error) {
	all, err := snapshot()
	if err != nil {
		return Usage{}, err
	}
	if _, there := all[pid]; !there {
		return Usage{}, fmt.Errorf("there is no process %d", pid)
	}
	var u Usage
	for id, s := range all {
		if descends(all, id, pid) {
			u.CPU += s.cpu
			u.Resident += s.pages * int64(os.Getpagesize())
		}
	}
	return u, nil
}

func descends(all map[int]stat, id, from int) bool {
	for id > 1 {
		if id == from {
			return true
		}
		id = all[id].parent
	}
	return false
}

// snapshot reads all processes; one that ends meanwhile is left out.
func snapshot() (map[int]stat, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	all := map[int]stat{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		id, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return nil, err
		}
		if all[id], err = parse(string(content)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return all, nil
}

// parse reads /proc/pid/stat. The second field is the command in parentheses and may hold
// anything, so the fields are counted from the last parenthesis: state is the first.
func parse(line string) (stat, error) {
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	if len(fields) < 22 {
		return stat{}, fmt.Errorf("%d fields", len(fields))
	}
	var numbers [6]int64
	var problems error
	for i, at := range []int{1, 11, 12, 13, 14, 21} { // ppid utime stime cutime cstime rss
		number, err := strconv.ParseInt(fields[at], 10, 64)
		numbers[i], problems = number, errors.Join(problems, err)
	}
	ticks := numbers[1] + numbers[2] + numbers[3] + numbers[4]
	return stat{parent: int(numbers[0]), cpu: time.Duration(ticks) * tick, pages: numbers[5]}, problems
}
