package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal gives a verb that serves the time until Ctrl-C or SIGTERM, so that it can end in
// order; a second signal kills at once. All other verbs are killed by the first.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
