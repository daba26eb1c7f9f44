// Package daemon runs a server as a process of its own.
package daemon

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	stopTime = 5 * time.Second // after which a server is killed
	logTail  = 600             // bytes of the log that an error shows
	poll     = 20 * time.Millisecond
)

// Process is a running server.
type Process struct {
	command *exec.Cmd
	log     *os.File
	ended   chan struct{} // closed when the process has ended
}

// Start starts a server in a folder, where its output goes to server.log, with variables beside
// those of this process. It ends with this process, whatever happens.
func Start(dir string, command, variables []string) (*Process, error) {
	log, err := os.OpenFile(filepath.Join(dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	c := exec.Command(command[0], command[1:]...)
	c.Dir, c.Stdout, c.Stderr = dir, log, log
	c.Env = append(os.Environ(), variables...)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := c.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	p := &Process{command: c, log: log, ended: make(chan struct{})}
	go func() {
		_ = c.Wait() // that it ended is all that counts
		close(p.ended)
	}()
	return p, nil
}

// PID returns the process id.
func (p *Process) PID() int { return p.command.Process.Pid }

// WaitUntil asks until ready has no objection, the process has ended or the time is up.
func (p *Process) WaitUntil(ready func() error, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not ready after %s: %w; its log ends: %s", limit, err, p.tail())
		}
		select {
		case <-p.ended:
			return fmt.Errorf("ended before it was ready; its log ends: %s", p.tail())
		case <-time.After(poll):
		}
	}
}

func (p *Process) tail() string {
	content, _ := os.ReadFile(p.log.Name())
	if len(content) > logTail {
		content = content[len(content)-logTail:]
	}
	return strings.Join(strings.Fields(string(content)), " ")
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
