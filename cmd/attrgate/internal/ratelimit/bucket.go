// Package ratelimit bounds how often callers may use guarded routes. Each caller has a
// bucket for each limit, which a request takes one from and time fills again: the generic
// cell rate algorithm, which keeps one time for each bucket.
package ratelimit

import (
	"context"
	"time"
)

// Bucket is what a caller, or all of a route, may take from.
type Bucket struct {
	// ID tells it from others. It is a digest and names nobody.
	ID [32]byte

	// Interval is the time in which one request is added again.
	Interval time.Duration

	// Size is the time in which an empty bucket is filled: Interval for each request that
	// may come at once.
	Size time.Duration
}

// Level is what is in buckets.
type Level struct {
	// Debt is, for each of them, the time in which it will be full.
	Debt []time.Duration

	// Taken tells whether a request was taken from each of them: from all or from none.
	Taken bool
}

// Shared keeps the buckets of several gateways.
type Shared interface {
	// Take takes a request from each bucket, or from none if one of them is empty. The
	// error says that they could not be asked in time.
	Take(context.Context, []Bucket) (Level, error)
}

// wait is how long it takes until all buckets hold a request; not positive: they do.
func wait(buckets []Bucket, level Level) time.Duration {
	longest := time.Duration(0)
	for i, b := range buckets {
		longest = max(longest, level.Debt[i]+b.Interval-b.Size)
	}
	return longest
}
