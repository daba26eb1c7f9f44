package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"
)

// source is where the tokens of one configuration come from. All gates of the process
// share it. There is no goroutine but the flight of a request for a token.
type source struct {
	mu     sync.Mutex
	value  string          // empty: there is no token, or it was dropped
	expiry time.Time       // when value ends
	renew  time.Time       // when the next one is asked for, while value serves on
	flight context.Context // ends with the request under way; nil: none is
	land   context.CancelFunc

	asked    []time.Time // when the last tokens were asked for, oldest first
	failures int         // since the last success
	pause    time.Time   // no token is asked for before; zero: there was no failure
	cause    error       // of the last failure
}

const (
	// maxSources bounds the configurations whose tokens are kept.
	maxSources = 256

	// firstPause is how long nothing is asked for after a failure; each further failure
	// doubles it, up to twice the time that the window has for one token.
	firstPause = 5 * time.Second
)

// errLimit denotes that the window holds as many requests for a token as it may.
var errLimit = errors.New("as many tokens were asked for as the window allows")

// sharedSource returns the process's one source of a configuration.
func sharedSource(id [sha256.Size]byte) *source {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if s := shared.sources[id]; s != nil {
		return s
	}
	if len(shared.sources) >= maxSources {
		for other := range shared.sources {
			delete(shared.sources, other)
			break
		}
	}
	s := &source{}
	shared.sources[id] = s
	return s
}

// Obtain returns the value of an Authorization header with a token of the gate's own. The
// token is asked for if there is none, by one request for all who wait, and renewed in the
// background when nine tenths of its life are over. ErrCredentials: there is none to be
// had, or ctx ended; the error says why and holds no secret.
func Obtain(ctx context.Context, c *Credentials, now time.Time) (string, error) {
	s := c.source
	s.mu.Lock()
	value := serving(s, now)
	if value == "" || !now.Before(s.renew) {
		request(c, c.limit, now)
	}
	flight := s.flight
	s.mu.Unlock()
	if value != "" {
		return c.scheme + " " + value, nil
	}
	return await(ctx, c, flight, now)
}

// Replace returns a header value with another token than the one in refused, which the
// backend did not accept. What it did not accept is dropped, unless no other may be asked
// for: after half of the window's requests, the rest is kept for tokens that expire.
// Errors are those of Obtain.
func Replace(ctx context.Context, c *Credentials, refused string, now time.Time) (string, error) {
	s := c.source
	s.mu.Lock()
	value := serving(s, now)
	if value != "" && c.scheme+" "+value != refused {
		s.mu.Unlock()
		return c.scheme + " " + value, nil
	}
	request(c, (c.limit+1)/2, now)
	flight := s.flight
	if flight != nil {
		s.value = ""
	}
	s.mu.Unlock()
	return await(ctx, c, flight, now)
}

// NextTry returns how long it takes at the least until a token can be had that could not
// be had now.
func NextTry(c *Credentials, now time.Time) time.Duration {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.pause.Sub(now)
	if n := len(s.asked); n >= c.limit {
		if free := s.asked[n-c.limit].Add(c.window).Sub(now); free > wait {
			wait = free
		}
	}
	if wait < 0 {
		return 0
	}
	return wait
}

// await waits for the flight, if there is one, and returns what it brought.
func await(ctx context.Context, c *Credentials, flight context.Context, now time.Time) (string, error) {
	if flight == nil {
		return "", fmt.Errorf("%w: %v", ErrCredentials, causeOf(c, now))
	}
	if !wait(ctx, flight) {
		return "", fmt.Errorf("%w: the client did not wait for it", ErrCredentials)
	}
	s := c.source
	s.mu.Lock()
	value := serving(s, now)
	s.mu.Unlock()
	if value == "" {
		return "", fmt.Errorf("%w: %v", ErrCredentials, causeOf(c, now))
	}
	return c.scheme + " " + value, nil
}

func causeOf(c *Credentials, now time.Time) error {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.cause == nil:
		return errLimit
	case askedWithin(s, c.window, now) >= c.limit:
		return fmt.Errorf("%w; the last time, %v", errLimit, s.cause)
	}
	return s.cause
}

// serving is the token, unless it has ended. The caller holds the lock.
func serving(s *source, now time.Time) string {
	if !now.Before(s.expiry) {
		return ""
	}
	return s.value
}

// request starts a flight, unless one is under way, the last failure is too fresh, or the
// window holds as many requests as allowed. The caller holds the lock.
func request(c *Credentials, allowed int, now time.Time) {
	s := c.source
	if s.flight != nil || now.Before(s.pause) || askedWithin(s, c.window, now) >= allowed {
		return
	}
	if len(s.asked) >= maxPerWindow {
		s.asked = append([]time.Time(nil), s.asked[1:]...)
	}
	s.asked = append(s.asked, now)
	flight, land := context.WithCancel(context.Background())
	s.flight = flight
	s.land = land
	go renew(c, now)
}

// askedWithin counts the requests of the last window. The caller holds the lock.
func askedWithin(s *source, window time.Duration, now time.Time) int {
	n := 0
	for n < len(s.asked) && now.Sub(s.asked[len(s.asked)-1-n]) < window {
		n++
	}
	return n
}

// renew asks for a token and keeps what it had if that fails.
func renew(c *Credentials, now time.Time) {
	began := time.Now()
	got, err := requestToken(c, now)
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.value = got.value
		s.expiry = now.Add(got.life)
		s.renew = now.Add(got.life / 10 * 9)
		s.failures = 0
		s.pause = time.Time{}
	} else {
		s.failures++
		s.pause = now.Add(time.Since(began)).Add(pauseAfter(c, s.failures))
	}
	s.cause = err
	s.land()
	s.flight = nil
}

// pauseAfter keeps an outage from using up the window: however long it lasts, the requests
// that find the server back are not too many.
func pauseAfter(c *Credentials, failures int) time.Duration {
	longest := c.window / time.Duration(c.limit) * 2
	if longest > c.window {
		longest = c.window
	}
	pause := firstPause
	for i := 1; i < failures && pause < longest; i++ {
		pause *= 2
	}
	if pause > longest {
		return longest
	}
	return pause
}
