package token

import (
	"context"
	"sync"
	"time"
)

// keySet is the key set of one issuer, fetched when it is needed. There is no goroutine
// but the flight of a fetch.
type keySet struct {
	issuer  string
	jwksURL string // empty: discovered

	mu      sync.Mutex
	keys    []*key
	prints  map[string]bool
	fetched time.Time     // when keys was fetched; zero: never
	tried   time.Time     // when the last fetch began
	flight  chan struct{} // closed when the fetch under way ends; nil: none is
}

const (
	// freshFor is how long a key set is used without a look at the issuer. A key that the
	// issuer withdraws ends what it signed after this time and one fetch.
	freshFor = 5 * time.Minute

	// staleFor is how long a key set goes on serving while the issuer is away.
	staleFor = time.Hour

	// floor is the least time between two fetches, so that invented key ids cannot make
	// us storm the issuer.
	floor = 10 * time.Second
)

// keysFor returns the keys of the set once it holds one for the token, or once the issuer
// has been asked as lately as it may be. ErrUnavailable: there are no keys to be had.
func keysFor(ctx context.Context, s *keySet, kid string, alg algorithm, now time.Time) ([]*key, error) {
	s.mu.Lock()
	keys := usable(s, now)
	known := len(candidates(keys, kid, alg)) > 0
	if !known || now.Sub(s.fetched) > freshFor {
		refresh(s, now)
	}
	flight := s.flight
	s.mu.Unlock()
	if known || flight == nil {
		return orUnavailable(keys)
	}
	select {
	case <-flight:
	case <-ctx.Done():
		return nil, ErrUnavailable
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return orUnavailable(usable(s, now))
}

// refresh starts a fetch, but not while one is under way and not below the floor. The
// caller holds the lock.
func refresh(s *keySet, now time.Time) {
	if s.flight != nil || (!s.tried.IsZero() && now.Sub(s.tried) < floor) {
		return
	}
	s.tried = now
	s.flight = make(chan struct{})
	go fetch(s, now)
}

// fetch asks the issuer and keeps what it had if that fails.
func fetch(s *keySet, now time.Time) {
	keys, err := fetchKeys(s.issuer, s.jwksURL)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.keys = keys
		s.fetched = now
		s.prints = map[string]bool{}
		for _, k := range keys {
			s.prints[k.print] = true
		}
	}
	close(s.flight)
	s.flight = nil
}

// usable are the keys unless they are too old. The caller holds the lock.
func usable(s *keySet, now time.Time) []*key {
	if s.fetched.IsZero() || now.Sub(s.fetched) > freshFor+staleFor {
		return nil
	}
	return s.keys
}

func orUnavailable(keys []*key) ([]*key, error) {
	if keys == nil {
		return nil, ErrUnavailable
	}
	return keys, nil
}

// holds tells whether a remembered token's key is still published, as far as known, and
// has the set refreshed when it is due.
func holds(s *keySet, print string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.fetched) > freshFor {
		refresh(s, now)
	}
	return s.prints[print] && usable(s, now) != nil
}
