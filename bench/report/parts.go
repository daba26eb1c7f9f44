package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// part is a section of the page: a command of this module, in a process of its own, since
// the process that remembers tokens for one part must not do so for the next.
type part struct {
	name string
	args []string
}

// The shares of the time after which parts begin no further round. What is left is for
// building and for the rounds that have begun.
const (
	libraryShare = 0.15
	serverShare  = 0.55
	sweepShare   = 0.03 // of each sweep
)

func parts(o options) []part {
	share := func(of float64) string { return time.Duration(of * float64(o.limit)).Round(time.Second).String() }
	return []part{
		{"inprocess", []string{"-rounds", fmt.Sprint(2*o.rounds + 1), "-limit", share(libraryShare)}},
		{"compare", []string{"-rounds", fmt.Sprint(o.rounds), "-seconds", fmt.Sprint(o.seconds), "-limit", share(serverShare)}},
		{"growth", []string{"-rounds", fmt.Sprint(2*o.rounds - 1), "-sweep", share(sweepShare)}},
	}
}

// text returns a part as it was finished before, or runs it.
func (p part) text(work, charts string) (string, error) {
	finished := filepath.Join(work, p.name+".md")
	if content, err := os.ReadFile(finished); !errors.Is(err, os.ErrNotExist) {
		return string(content), err
	}
	c := exec.Command("go", append([]string{"run", "./" + p.name, "-charts", charts}, p.args...)...)
	c.Env, c.Stderr = append(os.Environ(), "GOWORK=off"), os.Stderr
	output, err := c.Output()
	if err != nil {
		return "", err
	}
	text := strings.ReplaceAll(string(output), "]("+charts+"/", "]("+filepath.Base(charts)+"/")
	return text, os.WriteFile(finished, []byte(text), 0o644)
}
