// Measure makes up traffic, has a built attrgate replay it, and prints how long that took and
// how much memory, as a table in Markdown. With -print it prints the traffic instead.
//
//	cd cmd/attrgate && go build -o /tmp/attrgate . && go run ./internal/replay/measure -requests 1000000 /tmp/attrgate
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// The policies that the traffic is held against.
const (
	running = `issuers: [{issuer: "https://idp.example.com", audiences: [contact-centre]}]
`
	planned = running + `routes:
  - api: salesiq-custom-info
    unknown: refuse
    attributes:
      - {name: Model, type: String50, required: true}
      - {name: Branch, values: [Sydney, Perth, Hobart, Darwin]}
      - {name: Order ID, type: Alphanum10}
      - {name: Remark, type: String50}
  - api: expertflow-channel-session
    mode: report
    attributes: [{name: city, type: String50, maxLength: 30}]
`
)

func main() {
	requests := flag.Int("requests", 1_000_000, "how many")
	show := flag.Bool("print", false, "print the traffic")
	flag.Parse()
	err := errors.New("usage: measure [-requests N] [-print] ATTRGATE")
	switch {
	case *show:
		err = writeTraffic(os.Stdout, *requests)
	case flag.NArg() == 1:
		err = measure(flag.Arg(0), *requests)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// measure replays a tenth of the requests and all of them, so that one sees what grows.
func measure(attrgate string, requests int) (err error) {
	dir, err := os.MkdirTemp("", "attrgate-replay-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files := map[string]string{"running.yaml": running, "planned.yaml": planned}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	fmt.Print("| Lines | MB | policies | s | requests/s | CPU, s | peak memory, MiB |\n|---|---|---|---|---|---|---|\n")
	for _, n := range []int{requests / 10, requests} {
		log := filepath.Join(dir, "traffic.jsonl")
		if err := writeLog(log, n); err != nil {
			return err
		}
		one := []string{"replay", log, "--quiet", "--fail-on", "never", "--output", "json", "--policy", filepath.Join(dir, "planned.yaml")}
		two := slices.Concat(one, []string{"--against", filepath.Join(dir, "running.yaml")})
		for i, args := range [][]string{one, two} {
			if err := row(exec.Command(attrgate, args...), i+1, n, log); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeLog(name string, requests int) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	return errors.Join(writeTraffic(out, requests), out.Flush(), file.Close())
}

// row runs the command and prints what it took.
func row(replay *exec.Cmd, policies, requests int, log string) error {
	info, err := os.Stat(log)
	if err != nil {
		return err
	}
	replay.Stderr = os.Stderr
	began := time.Now()
	if err := replay.Run(); err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	cpu := replay.ProcessState.UserTime() + replay.ProcessState.SystemTime()
	fmt.Printf("| %d | %d | %d | %.1f | %.0f | %.1f | %d |\n", requests, info.Size()>>20, policies, took, float64(requests)/took, cpu.Seconds(), peak(replay)>>10)
	return nil
}

// peak is the most memory that was resident, in KiB, as Linux counts it.
func peak(ended *exec.Cmd) int64 {
	usage, ok := ended.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int64(usage.Maxrss) // not everywhere an int64
}
