//go:build !yaegi
// +build !yaegi

package token

import "time"

// instant is a time.Time without a pointer, in twelve bytes: seconds, rounded down, and
// nanoseconds. They count since 1970 or, if the highest bit of the nanoseconds is set, since
// a beginning by the clock that does not jump.
type instant struct {
	high, low, nanoseconds uint32
}

const steady = 1 << 31

// instantOf keeps a time by the clock that it was taken from.
func instantOf(t, began time.Time) instant {
	if t.Round(0) == t {
		return newInstant(t.Unix(), uint32(t.Nanosecond()))
	}
	since := t.Sub(began)
	seconds := int64(since / time.Second)
	if since < 0 {
		seconds--
	}
	return newInstant(seconds, uint32(since-time.Duration(seconds)*time.Second)|steady)
}

func newInstant(seconds int64, nanoseconds uint32) instant {
	return instant{high: uint32(uint64(seconds) >> 32), low: uint32(seconds), nanoseconds: nanoseconds}
}

// isAfter tells whether an instant is after a time.
func (i instant) isAfter(t, began time.Time) bool {
	seconds := int64(uint64(i.high)<<32 | uint64(i.low))
	if i.nanoseconds&steady != 0 {
		return t.Sub(began) < time.Duration(seconds)*time.Second+time.Duration(i.nanoseconds&^steady)
	}
	return t.Before(time.Unix(seconds, int64(i.nanoseconds)))
}
