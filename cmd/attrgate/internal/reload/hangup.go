package reload

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// OnHangup calls reload, never twice at a time, for every SIGHUP until ctx ends. From its
// return on the signal does not end the process any more.
func OnHangup(ctx context.Context, reload func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-ctx.Done():
				return
			case <-signals:
				reload()
			}
		}
	}()
}
