package upstream

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// longest is how many times its base an ejection may grow to.
const longest = 10

// outliers decides when an address is left alone.
type outliers struct {
	failures int64 // in a row; negative: never
	base     time.Duration
	most     int // addresses at one time

	mu sync.Mutex // held only to eject
}

func newOutliers(o config.Outliers, addresses int) outliers {
	return outliers{
		failures: int64(cmp.Or(o.Failures, 5)),
		base:     config.Duration(o.Ejection, "10s"),
		most:     min(addresses*cmp.Or(o.MaxPercent, 50)/100, addresses-1),
	}
}

// judge notes what an attempt says about its address. An attempt that ended because the
// client left, or did not send its body, says nothing.
func (p *Pool) judge(a *address, r *http.Request, reply *http.Response, err error) {
	switch {
	case err != nil && blameless(r, err):
	case err != nil, badGateway(reply.StatusCode):
		p.failed(a)
	default:
		a.succeeded()
	}
}

// succeeded forgets the failures. An address that is left alone is asked if no other one
// replies, and so may prove to be well before its time.
func (a *address) succeeded() {
	if a.failures.Load() != 0 {
		a.failures.Store(0)
	}
	if a.leftTill.Load() != 0 {
		a.leftTill.Store(0)
	}
}

// badGateway tells the replies of something that stands before the backend and cannot reach
// it, or of a backend that says that it cannot answer.
func badGateway(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// failed leaves an address alone that has failed too often. After that time one more
// failure is enough, until a request succeeds.
func (p *Pool) failed(a *address) {
	n := a.failures.Add(1)
	if p.outliers.failures < 0 || n < p.outliers.failures {
		return
	}
	span, ejected := p.eject(a)
	if !ejected {
		return
	}
	p.logf("%s is left alone for %s after %d failures in a row", a.text, span, n)
	if p.options.Ejected != nil {
		p.options.Ejected(p.name, a.text)
	}
}

// eject leaves an address alone, unless too many are already, or no other one is left that
// is as well by its checks.
func (p *Pool) eject(a *address) (time.Duration, bool) {
	o := &p.outliers
	o.mu.Lock()
	defer o.mu.Unlock()
	now := p.now()
	alone, others := 0, 0
	for _, b := range p.addresses {
		switch {
		case b.ejected(now):
			alone++
		case b != a && (!b.ill() || a.ill()):
			others++
		}
	}
	if a.ejected(now) || alone >= o.most || others == 0 {
		return 0, false
	}
	if now-a.lastTill > longest*o.base {
		a.ejections = 0
	}
	span := min(o.base<<a.ejections, longest*o.base)
	a.ejections = min(a.ejections+1, 4) // twice four times is longer than the longest
	a.lastTill = now + span
	a.leftTill.Store(int64(a.lastTill))
	return span, true
}
