package upstream

import (
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// address is one place where the backend is.
type address struct {
	url      *url.URL
	text     string
	underWay atomic.Int64
	failures atomic.Int64           // requests in a row without a good reply
	leftTill atomic.Int64           // the time of the pool until which it is left alone
	illness  atomic.Pointer[string] // what its health check says; nil: well

	// The mutex of outliers guards these.
	ejections int           // in a row
	lastTill  time.Duration // what leftTill was at first
}

func newAddresses(urls []string) ([]*address, error) {
	var addresses []*address
	for _, text := range urls {
		target, err := config.ParseUpstreamURL(text)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, &address{url: target, text: target.String()})
	}
	return addresses, nil
}

func (a *address) ejected(now time.Duration) bool {
	till := a.leftTill.Load()
	return till != 0 && now < time.Duration(till)
}

func (a *address) ill() bool {
	return a.illness.Load() != nil
}

// rank orders addresses for a choice, the best first: those that have not failed the request
// yet go before those that have, then those that are well by their checks before those that
// are not, and then those that are left alone come last. So when backends are restarted one
// after the other, one that is back already is asked.
func (a *address) rank(now time.Duration, tried []*address) int {
	rank := 0
	if slices.Contains(tried, a) {
		rank += 4
	}
	if a.ill() {
		rank += 2
	}
	if a.ejected(now) {
		rank++
	}
	return rank
}

// nextTurn moves on with every request, but not with its further attempts: else a dead one
// of two addresses would always be the first to be asked.
func (p *Pool) nextTurn(tried []*address) uint32 {
	if len(tried) > 0 {
		return p.turn.Load()
	}
	return p.turn.Add(1)
}

// choose returns the address of the best rank that has the fewest requests under way, by
// turns if there are several. If none is well, all are taken as well: it is better to ask
// than to be sure to fail.
func (p *Pool) choose(tried []*address) *address {
	if len(p.addresses) == 1 {
		return p.addresses[0]
	}
	now, first := p.now(), int(p.nextTurn(tried)%uint32(len(p.addresses)))
	var best *address
	var bestRank int
	var bestLoad int64
	for i := range p.addresses {
		a := p.addresses[(first+i)%len(p.addresses)]
		rank, load := a.rank(now, tried), a.underWay.Load()
		if best == nil || rank < bestRank || (rank == bestRank && load < bestLoad) {
			best, bestRank, bestLoad = a, rank, load
		}
	}
	return best
}
