package upstream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// mostChecked is how much of the reply to a health check is read, in bytes.
const mostChecked = 64 << 10

// checks is how addresses are asked whether they are well.
type checks struct {
	target             *url.URL // path and query; nil: they are not asked
	interval, timeout  time.Duration
	unhealthy, healthy int
}

func newChecks(h config.Health) checks {
	if h.Path == "" {
		return checks{}
	}
	target, err := url.ParseRequestURI(h.Path)
	if err != nil {
		return checks{} // config has looked
	}
	return checks{
		target: target, interval: config.Duration(h.Interval, "10s"), timeout: config.Duration(h.Timeout, "2s"),
		unhealthy: cmp.Or(h.Unhealthy, 3), healthy: cmp.Or(h.Healthy, 2),
	}
}

// watch checks an address again and again, until ctx ends. It is well until it is found
// not to be.
func (p *Pool) watch(ctx context.Context, a *address) {
	ticks := time.NewTicker(p.checks.interval)
	defer ticks.Stop()
	same := 0 // results in a row that speak against how the address is taken to be
	for {
		err := p.check(ctx, a)
		if ctx.Err() != nil {
			return
		}
		same = p.weigh(a, err, same)
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// weigh changes how an address is taken to be if enough checks in a row say so. It takes
// and returns how many do.
func (p *Pool) weigh(a *address, err error, against int) int {
	ill := a.ill()
	if ill == (err != nil) {
		return 0
	}
	against++
	switch {
	case !ill && against >= p.checks.unhealthy:
		text := err.Error()
		a.illness.Store(&text)
		p.logf("%s is not well: %s", a.text, text)
	case ill && against >= p.checks.healthy:
		a.illness.Store(nil)
		p.logf("%s is well again", a.text)
	default:
		return against
	}
	return 0
}

// check asks an address once. It takes a connection of its own, as a new request might have
// to.
func (p *Pool) check(ctx context.Context, a *address) error {
	if p.checks.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.checks.timeout)
		defer cancel()
	}
	target := url.URL{Scheme: a.url.Scheme, Host: a.url.Host, Path: p.checks.target.Path, RawPath: p.checks.target.RawPath, RawQuery: p.checks.target.RawQuery}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "attrgate")
	reply, err := p.connector.current.Load().checks.RoundTrip(r)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("no reply within %s", p.checks.timeout)
		}
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, mostChecked))
	_ = reply.Body.Close()
	if reply.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", reply.StatusCode)
	}
	return nil
}
