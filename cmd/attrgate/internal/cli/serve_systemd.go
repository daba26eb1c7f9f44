package cli

import (
	"context"
	"log"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// systemd tells the service manager how the process does (sd_notify(3)). Without one,
// nothing happens.
type systemd struct {
	errorLog *log.Logger
	serving  atomic.Bool
}

func (s *systemd) ready() {
	s.serving.Store(true)
	s.tell(daemon.SdNotifyReady)
}

// reloading says when it began, as Type=notify-reload asks for, and the function that it
// returns that it is over. Before the first request and after the last one, nothing.
func (s *systemd) reloading() (over func()) {
	if !s.serving.Load() {
		return func() {}
	}
	s.tell(daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec())
	return s.ready
}

// watch says at the end of ctx that the process stops, and until the returned function is
// called, twice in the time that the service manager gives, that it lives.
func (s *systemd) watch(ctx context.Context) (end func()) {
	stopped := context.AfterFunc(ctx, func() {
		s.serving.Store(false)
		s.tell(daemon.SdNotifyStopping)
	})
	patience, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		s.errorLog.Printf("the watchdog of systemd: %v", err)
	}
	if patience <= 0 {
		return func() { stopped() }
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	go s.beat(running, patience/2)
	return func() { stopped(); stop() }
}

func (s *systemd) beat(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		s.tell(daemon.SdNotifyWatchdog)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *systemd) tell(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		s.errorLog.Printf("systemd cannot be told: %v", err)
	}
}
