package token

import "context"

// wait returns true once landed has ended, or false if ctx has ended before.
//
// It is no select statement: the interpreter keeps the cases of each in one place for all
// goroutines, so that one may be woken by what another waits for.
func wait(ctx, landed context.Context) bool {
	either, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(landed, cancel)
	<-either.Done()
	stop()
	cancel()
	return landed.Err() != nil
}
