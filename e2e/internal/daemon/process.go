// Package daemon runs a server as a process of its own, with a log that a test can show.
package daemon

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// stopTime is how long a server may take to stop before it is killed.
const stopTime = 5 * time.Second

// Process is a running server.
type Process struct {
	name    string
	command *exec.Cmd
	log     *os.File
	ended   chan struct{} // closed when the process has ended
}

// Start starts a binary in a folder, where its log goes to a file too. The name is for
// people.
func Start(name, dir, binary string, args ...string) (*Process, error) {
	log, err := os.OpenFile(filepath.Join(dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, args...)
	command.Dir, command.Stdout, command.Stderr = dir, log, log
	if err := command.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	p := &Process{name: name, command: command, log: log, ended: make(chan struct{})}
	go func() {
		_ = command.Wait() // that it ended is all that counts
		close(p.ended)
	}()
	return p, nil
}

// PID returns the process id.
func (p *Process) PID() int { return p.command.Process.Pid }

// Log returns what the server has written so far.
func (p *Process) Log() string {
	content, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// Stop ends the process and returns when it has ended.
func (p *Process) Stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
	case <-time.After(stopTime):
		_ = p.command.Process.Kill() // it may have ended by itself meanwhile
		<-p.ended
	}
	return p.log.Close()
}

// WaitUntil asks again and again until ready says so, the process has ended or the
// time is up.
func (p *Process) WaitUntil(ready func() bool, every, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for !ready() {
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after %s; its log:\n%s", p.name, limit, p.Log())
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended before it was ready; its log:\n%s", p.name, p.Log())
		case <-time.After(every):
		}
	}
	return nil
}
