package ratelimit

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware"
)

// limit is a config.RateLimit, compiled.
type limit struct {
	name     string
	by       string
	routes   []string // empty: all
	interval time.Duration
	size     time.Duration
	burst    int
	policy   string // its member of the field RateLimit-Policy
}

func newLimit(c config.RateLimit) limit {
	l := limit{by: cmp.Or(c.By, "subject"), routes: c.Routes, burst: cmp.Or(c.Burst, c.Requests)}
	l.name = cmp.Or(c.Name, l.by)
	l.interval = config.Duration(c.Per, "1s") / time.Duration(c.Requests)
	l.size = l.interval * time.Duration(l.burst)
	l.policy = fmt.Sprintf("%q;q=%d;w=%d", l.name, l.burst, seconds(l.size))
	return l
}

func (l limit) covers(route string) bool {
	return len(l.routes) == 0 || slices.Contains(l.routes, route)
}

// bucket is the one of the caller. One who has no name of the kind that the limit goes by
// is known by the other: a token may have a subject or a client alone. A limit that has
// changed has other buckets: what is owed under an old one may be more than it holds.
func (l limit) bucket(d middleware.Decision) Bucket {
	names := []string{l.name, l.by, l.interval.String(), l.size.String()}
	switch l.by {
	case "route":
		names = append(names, d.Route)
	case "client":
		names = append(names, d.Issuer, d.ClientID, orNothing(d.ClientID, d.Subject))
	default:
		names = append(names, d.Issuer, d.Subject, orNothing(d.Subject, d.ClientID))
	}
	return Bucket{ID: sha256.Sum256(fmt.Appendf(nil, "%q", names)), Interval: l.interval, Size: l.size}
}

// orNothing is other if there is no first.
func orNothing(first, other string) string {
	if first != "" {
		return ""
	}
	return other
}

// left is how many requests a bucket holds that will be full in some time.
func (l limit) left(debt time.Duration) int {
	return int(max(0, (l.size-debt)/l.interval))
}

// seconds rounds up: who waits that long has waited long enough.
func seconds(d time.Duration) int {
	return int(math.Ceil(d.Seconds()))
}
