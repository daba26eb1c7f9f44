package cli

import (
	"context"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

// serveAdmin returns when the address is open. Only the returned function ends it: while
// the gateway drains, operators want to look.
func (s *service) serveAdmin(ctx context.Context) (stop func(), err error) {
	if s.started.Admin.Listen == "" {
		return func() {}, nil
	}
	listener, err := listen(ctx, s.started.Admin.Listen, "--admin")
	if err != nil {
		return nil, err
	}
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	handler := admin.NewHandler(admin.State{
		Unready: append(s.health.unready, func() []string { return draining(ctx) }), Degraded: s.health.degraded, Metrics: s.metrics.Handler(), Policy: s.gate.Shown,
		Decisions: &s.records.recent, Reload: s.reload, LastReload: s.reloads.latest, Pprof: s.started.Admin.Pprof,
	})
	ended := make(chan error, 1)
	go func() { ended <- gateway.Serve(running, listener, handler, s.errorLog) }()
	stop = func() {
		s.records.recent.Close() // or those who follow would be waited for
		if end(); <-ended != nil {
			s.errorLog.Print("the admin server has failed")
		}
	}
	return stop, s.announceAdmin(listener.Addr())
}

func draining(ctx context.Context) []string {
	if ctx.Err() != nil {
		return []string{"draining"}
	}
	return nil
}
