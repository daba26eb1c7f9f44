package reload

import (
	"os"
	"syscall"
)

// Settle is settle.
const Settle = settle

// Hangup sends SIGHUP to this process.
func Hangup() error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	return self.Signal(syscall.SIGHUP)
}
