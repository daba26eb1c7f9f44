package token

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// keySet is the key set of one issuer, fetched when it is needed. There is no goroutine
// but the flight of a fetch.
type keySet struct {
	issuer  string
	jwksURL string // empty: discovered
	timing  timing

	mu         sync.Mutex
	keys       []*key
	prints     map[string]bool
	fetched    time.Time       // when keys was fetched; zero: never
	freshUntil time.Time       // when the issuer is to be asked again
	tried      time.Time       // when the last fetch began
	failure    error           // of the last fetch that ended; nil: it brought keys
	flight     context.Context // ends with the fetch under way; nil: none is
	land       context.CancelFunc

	last  atomic.Value // *fetched: what the last fetch brought, for who takes no lock
	count int64        // how often keys was fetched; for package atomic
}

// fetched is what a known token, or a known header, needs of a fetch. It never changes.
type fetched struct {
	keys   []*key
	prints map[string]bool
	at     time.Time
	until  time.Time // while it is fresh, and not too old
}

// timing is how a key set ages; see policy.Issuer.
type timing struct {
	freshFor time.Duration
	staleFor time.Duration
	floor    time.Duration
}

// keysFor returns the keys of the set that may have signed a token, once it holds one, or
// once the issuer has been asked as lately as it may be. While the issuer is away it returns
// what is known, without waiting. ErrUnavailable: there are no keys to be had.
func keysFor(ctx context.Context, s *keySet, h *header, now time.Time) ([]*key, error) {
	s.mu.Lock()
	keys := candidates(usable(s, now), h)
	if len(keys) > 0 && fresh(s, now) {
		s.mu.Unlock()
		return keys, nil
	}
	refresh(s, now)
	flight := s.flight
	failing := s.failure != nil
	s.mu.Unlock()
	if len(keys) > 0 && (flight == nil || failing) {
		return keys, nil
	}
	if flight != nil && !wait(ctx, flight) {
		return nil, ErrUnavailable
	}
	return knownBy(s, h, now)
}

// knownBy returns the keys after the issuer was asked as lately as it may be. If it could
// not be asked, a key that is not known may be its own all the same.
func knownBy(s *keySet, h *header, now time.Time) ([]*key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := usable(s, now)
	keys := candidates(known, h)
	if known == nil || (s.failure != nil && len(keys) == 0) {
		return nil, unavailable(s.issuer, s.failure)
	}
	return keys, nil
}

// holds tells whether a remembered token's key is still published. A set that is due for a
// look at the issuer holds nothing, so that the token is verified anew, unless the issuer
// is away. While the set is fresh, which is nearly always, it takes no lock.
func holds(s *keySet, print string, now time.Time) bool {
	if last := lately(s, now); last != nil {
		return last.prints[print]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !fresh(s, now) {
		if s.failure == nil {
			return false
		}
		refresh(s, now)
	}
	return s.prints[print] && usable(s, now) != nil
}

// lately returns what the last fetch brought while it is fresh; else nil. It takes no lock.
func lately(s *keySet, now time.Time) *fetched {
	last, ok := s.last.Load().(*fetched)
	if !ok || !now.Before(last.until) || now.Before(last.at) {
		return nil
	}
	return last
}

// fresh tells whether the keys may be used without asking the issuer. The caller holds the
// lock. A clock that was set back makes them old.
func fresh(s *keySet, now time.Time) bool {
	return now.Before(s.freshUntil) && !now.Before(s.fetched)
}

// usable are the keys unless they are too old. The caller holds the lock.
func usable(s *keySet, now time.Time) []*key {
	if s.fetched.IsZero() || now.Sub(s.fetched) > s.timing.freshFor+s.timing.staleFor {
		return nil
	}
	return s.keys
}

// refresh starts a fetch, but not while one is under way and not below the floor. The
// caller holds the lock.
func refresh(s *keySet, now time.Time) {
	since := now.Sub(s.tried)
	if s.flight != nil || (!s.tried.IsZero() && since >= 0 && since < s.timing.floor) {
		return
	}
	s.tried = now
	flight, land := context.WithCancel(context.Background())
	s.flight = flight
	s.land = land
	go fetch(s, now)
}

// fetch asks the issuer and keeps what it had if that fails.
func fetch(s *keySet, now time.Time) {
	keys, maxAge, err := fetchKeys(s.issuer, s.jwksURL)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = err
	if err == nil {
		s.keys = keys
		s.fetched = now
		s.freshUntil = now.Add(between(maxAge, s.timing.floor, s.timing.freshFor))
		s.prints = printsOf(keys)
		s.last.Store(&fetched{
			keys: keys, prints: s.prints, at: now, until: earlier(s.freshUntil, now.Add(s.timing.freshFor+s.timing.staleFor)),
		})
		atomic.AddInt64(&s.count, 1)
	}
	s.land()
	s.flight = nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func printsOf(keys []*key) map[string]bool {
	prints := map[string]bool{}
	for _, k := range keys {
		prints[k.print] = true
	}
	return prints
}

func between(d, least, most time.Duration) time.Duration {
	if d < least {
		return least
	}
	if d > most {
		return most
	}
	return d
}
