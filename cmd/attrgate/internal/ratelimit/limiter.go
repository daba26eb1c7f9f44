package ratelimit

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/middleware"
)

// Limiter holds requests against the limits of a file. It is safe for concurrent use.
type Limiter struct {
	// Local and Shared keep the buckets. If Shared is nil, or away, those in Local count;
	// else Local only spares the question about a bucket that is known to be empty.
	Local  *Local
	Shared Shared

	// Answer returns the header of the answer to a request, or nil if it cannot be had.
	Answer func(*http.Request) http.Header

	// Over is told of each request that is over a limit.
	Over func(limit, route string)

	limits []limit
}

// New returns a Limiter without buckets, for limits that config.Gateway.Check has found
// nothing wrong with. Those whose limits are the narrowest come first.
func New(limits []config.RateLimit) *Limiter {
	l := &Limiter{}
	for _, c := range limits {
		l.limits = append(l.limits, newLimit(c))
	}
	width := []string{"subject", "client", "route"}
	slices.SortStableFunc(l.limits, func(a, b limit) int {
		return slices.Index(width, a.by) - slices.Index(width, b.by)
	})
	return l
}

// Check has the signature of middleware.Options.RateLimit. It takes a request from each of
// the caller's buckets, or from none; and it writes the fields RateLimit and
// RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10) into the answer.
func (l *Limiter) Check(r *http.Request, d middleware.Decision) time.Duration {
	var limits []*limit
	var buckets []Bucket
	for i := range l.limits {
		if one := &l.limits[i]; one.covers(d.Route) {
			limits = append(limits, one)
			buckets = append(buckets, one.bucket(d))
		}
	}
	if len(buckets) == 0 {
		return 0
	}
	level := l.take(r.Context(), buckets)
	l.tell(r, limits, level)
	if level.Taken {
		return 0
	}
	for i, one := range limits {
		if level.Debt[i]+one.interval > one.size {
			l.Over(one.name, d.Route)
			break
		}
	}
	return max(1, wait(buckets, level))
}

func (l *Limiter) take(ctx context.Context, buckets []Bucket) Level {
	if l.Shared == nil {
		return l.Local.Take(buckets)
	}
	if known := l.Local.Look(buckets); wait(buckets, known) > 0 {
		return known
	}
	level, err := l.Shared.Take(ctx, buckets)
	if err != nil {
		return l.Local.Take(buckets)
	}
	l.Local.Follow(buckets, level)
	return level
}

func (l *Limiter) tell(r *http.Request, limits []*limit, level Level) {
	header := l.Answer(r)
	if header == nil {
		return
	}
	policies, state := make([]byte, 0, 64), make([]byte, 0, 64)
	for i, one := range limits {
		if i > 0 {
			policies, state = append(policies, ", "...), append(state, ", "...)
		}
		policies = append(policies, one.policy...)
		state = one.appendState(state, level.Debt[i])
	}
	header["Ratelimit-Policy"] = []string{string(policies)} // in the form that http.Header has them
	header["Ratelimit"] = []string{string(state)}
}
