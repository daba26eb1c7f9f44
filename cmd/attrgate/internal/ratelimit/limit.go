package ratelimit

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
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
	id       []byte // begins what is digested for its buckets
	quoted   string // its name in header fields
	policy   string // its member of the field RateLimit-Policy
}

func newLimit(c config.RateLimit) limit {
	l := limit{by: cmp.Or(c.By, "subject"), routes: c.Routes, burst: cmp.Or(c.Burst, c.Requests)}
	l.name = cmp.Or(c.Name, l.by)
	l.interval = config.Duration(c.Per, "1s") / time.Duration(c.Requests)
	l.size = l.interval * time.Duration(l.burst)
	l.id = appendParts(nil, l.name, l.by, l.interval.String(), l.size.String())
	l.quoted = strconv.Quote(l.name)
	l.policy = fmt.Sprintf("%s;q=%d;w=%d", l.quoted, l.burst, seconds(l.size))
	return l
}

func (l *limit) covers(route string) bool {
	return len(l.routes) == 0 || slices.Contains(l.routes, route)
}

// bucket is the one of the caller. One who has no name of the kind that the limit goes by
// is known by the other: a token may have a subject or a client alone. A limit that has
// changed has other buckets: what is owed under an old one may be more than it holds.
func (l *limit) bucket(d middleware.Decision) Bucket {
	text := append(make([]byte, 0, 256), l.id...)
	switch l.by {
	case "route":
		text = appendParts(text, d.Route)
	case "client":
		text = appendParts(text, d.Issuer, d.ClientID, orNothing(d.ClientID, d.Subject))
	default:
		text = appendParts(text, d.Issuer, d.Subject, orNothing(d.Subject, d.ClientID))
	}
	return Bucket{ID: sha256.Sum256(text), Interval: l.interval, Size: l.size}
}

// appendParts writes each with its length, so that no two lists give the same text.
func appendParts(text []byte, parts ...string) []byte {
	for _, part := range parts {
		text = strconv.AppendInt(text, int64(len(part)), 10)
		text = append(text, ':')
		text = append(text, part...)
	}
	return text
}

// orNothing is other if there is no first.
func orNothing(first, other string) string {
	if first != "" {
		return ""
	}
	return other
}

// left is how many requests a bucket holds that will be full in some time.
func (l *limit) left(debt time.Duration) int {
	return int(max(0, (l.size-debt)/l.interval))
}

// appendState writes its member of the field RateLimit.
func (l *limit) appendState(text []byte, debt time.Duration) []byte {
	text = append(text, l.quoted...)
	text = append(text, ";r="...)
	text = strconv.AppendInt(text, int64(l.left(debt)), 10)
	text = append(text, ";t="...)
	return strconv.AppendInt(text, int64(seconds(debt)), 10)
}

// seconds rounds up: who waits that long has waited long enough.
func seconds(d time.Duration) int {
	return int(math.Ceil(d.Seconds()))
}
