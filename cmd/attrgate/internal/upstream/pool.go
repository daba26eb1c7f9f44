// Package upstream asks a backend that has one address or several: it chooses the address,
// leaves alone those that are not well, and asks again where that is safe.
package upstream

import (
	"cmp"
	"context"
	"log"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// Options say who is told what a Pool does beside answering.
type Options struct {
	// ErrorLog gets a line when an address is no longer well, or is well again. If nil, the
	// standard logger.
	ErrorLog *log.Logger

	// Retried is called when a request is sent again, with the reason. It may be nil.
	Retried func(upstream, reason string)

	// Ejected is called when an address is left alone for its failures. It may be nil.
	Ejected func(upstream, address string)
}

// Pool is a backend as an http.RoundTripper. It is safe for concurrent use.
//
// A URL is one address, also if its host is a name with several records: each new
// connection goes to the first record that takes it, in the order of the resolver. Whoever
// wants them watched one by one lists them.
type Pool struct {
	name       string
	clientHost bool
	retries    int
	options    Options
	start      time.Time
	addresses  []*address
	turn       atomic.Uint32
	connector  *connector
	budget     budget
	outliers   outliers
	checks     checks
	stop       context.CancelFunc
	working    sync.WaitGroup
}

// New returns the pool of an upstream that config has found nothing wrong with. It reads
// the files for TLS, and begins to follow them and to check the addresses; it opens no
// connection before its return. Close ends it.
func New(u config.Upstream, o Options) (*Pool, error) {
	addresses, err := newAddresses(u.URLs)
	if err != nil {
		return nil, err
	}
	connector, err := newConnector(u)
	if err != nil {
		return nil, err
	}
	p := &Pool{
		name: u.Title(), clientHost: u.Host == "client", retries: max(cmp.Or(u.Retries.Attempts, 1), 0),
		options: o, start: time.Now(), addresses: addresses, connector: connector,
		budget:   budget{percent: int64(cmp.Or(u.Retries.BudgetPercent, 20))},
		outliers: newOutliers(u.Outliers, len(u.URLs)),
		checks:   newChecks(u.Health),
	}
	p.begin()
	return p, nil
}

// begin starts what works in the background.
func (p *Pool) begin() {
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	if p.connector.deaf != nil {
		p.logf("changes of its certificates are not noticed: %v", p.connector.deaf)
	}
	if p.connector.watcher != nil {
		p.working.Go(func() { p.follow(ctx) })
	}
	if p.checks.target == nil {
		return
	}
	for _, a := range p.addresses {
		p.working.Go(func() { p.watch(ctx, a) })
	}
}

// Follows tells whether the pool notices when its files change.
func (p *Pool) Follows() bool {
	return p.connector.deaf == nil
}

// Close ends what works in the background, and the idle connections. Requests under way
// are not disturbed, and new ones are still sent.
func (p *Pool) Close() {
	p.stop()
	p.working.Wait()
	p.connector.current.Load().close()
}

// now is the time since the pool began. It does not jump when the clock does.
func (p *Pool) now() time.Duration {
	return time.Since(p.start)
}

func (p *Pool) logf(format string, args ...any) {
	printf := log.Printf
	if p.options.ErrorLog != nil {
		printf = p.options.ErrorLog.Printf
	}
	printf("upstream "+p.name+": "+format, args...)
}

var _ http.RoundTripper = (*Pool)(nil)
