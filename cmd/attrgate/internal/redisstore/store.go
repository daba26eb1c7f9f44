// Package redisstore keeps in Redis what several gateways share: rate limits, used DPoP
// proofs and the results of introspection. Keys are digests, values are numbers or sealed,
// and all of them end by themselves.
package redisstore

import (
	"cmp"
	"context"
	"errors"
	"log"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// Store is a Redis. While it does not answer in time it is away: it is left in peace, but for
// a look each second, and all its methods fail at once. It is safe for concurrent use.
type Store struct {
	client  redis.UniversalClient
	cluster bool
	prefix  string
	timeout time.Duration
	told    Observer
	log     *log.Logger

	up       atomic.Bool
	began    time.Time
	success  atomic.Int64 // when the last operation succeeded, since began
	failures atomic.Int32 // since then
	end      context.CancelFunc
	ended    sync.WaitGroup
}

// Observer is told what becomes of a Store. It is safe for concurrent use.
type Observer interface {
	// Up tells whether Redis answers, whenever that changes.
	Up(bool)

	// Did tells how long an operation took, and why it failed.
	Did(operation string, took time.Duration, err error)
}

const (
	// tolerated is how many failures in a row make Redis away, if they go on for patience
	// times the time that each has: under load, three in a row are soon together.
	tolerated = 3
	patience  = 5

	// lookEvery is the time between two looks.
	lookEvery = time.Second

	defaultTimeout = "50ms"
)

// errAway denotes that Redis is not asked for the moment.
var errAway = errors.New("redis is away")

// New opens a Redis that config.Gateway.Check has found nothing wrong with, and looks
// whether it is there. It need not be. What happens to it goes to errorLog, a line when it
// goes away and one when it is back.
func New(c config.Redis, told Observer, errorLog *log.Logger) (*Store, error) {
	options, err := optionsOf(c)
	if err != nil {
		return nil, err
	}
	redis.SetLogger(&logging.VoidLogger{}) // a line for each connection that fails; ours is enough
	s := &Store{
		client:  redis.NewUniversalClient(options),
		cluster: c.Sentinel == "" && len(c.Addresses) > 1,
		prefix:  cmp.Or(c.Prefix, "attrgate:"),
		timeout: config.Duration(c.Timeout, defaultTimeout),
		told:    told, log: errorLog, began: time.Now(),
	}
	s.told.Up(false)
	ctx, end := context.WithCancel(context.Background())
	s.end = end
	if s.look(ctx); !s.up.Load() {
		s.log.Print("redis is away: rate limits are this gateway's own, and DPoP proofs are refused")
	}
	s.ended.Go(func() { s.watch(ctx) })
	return s, nil
}

// Close ends the connections.
func (s *Store) Close() {
	s.end()
	s.ended.Wait()
	_ = s.client.Close() // there is nothing left to lose
}

// Degraded says what is not as it should be, for operators.
func (s *Store) Degraded() []string {
	if s.up.Load() {
		return nil
	}
	return []string{"redis is away: rate limits are this gateway's own, and DPoP proofs are refused"}
}

// watch looks after Redis until ctx ends.
func (s *Store) watch(ctx context.Context) {
	for ticks := time.NewTicker(lookEvery); ; {
		select {
		case <-ticks.C:
			s.look(ctx)
		case <-ctx.Done():
			ticks.Stop()
			return
		}
	}
}

// look asks Redis for something that only one that is well can do. A new connection gets
// more time than requests have, since none of them waits for it.
func (s *Store) look(ctx context.Context) {
	connect, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := s.client.Ping(connect).Err(); err != nil {
		s.note(ctx, err)
		s.told.Did("look", 0, err)
		return
	}
	ask, cancelAsk := context.WithTimeout(ctx, s.timeout)
	defer cancelAsk()
	began := time.Now()
	err := s.begin(ask)
	s.told.Did("look", time.Since(began), err)
	s.note(ctx, err)
}

// do runs an operation on Redis, in the time that a request has for it. A client that leaves
// is no fault of Redis'.
func (s *Store) do(ctx context.Context, operation string, run func(context.Context) error) error {
	if !s.up.Load() {
		return errAway
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	began := time.Now()
	err := run(ctx)
	s.told.Did(operation, time.Since(began), err)
	if err != nil {
		s.note(ctx, err)
		return err
	}
	s.succeeded()
	return nil
}

func (s *Store) succeeded() {
	s.success.Store(int64(time.Since(s.began)))
	s.failures.Store(0)
}

// note counts failures in a row. Only a look brings Redis back: it takes no request.
func (s *Store) note(ctx context.Context, err error) {
	switch {
	case err == nil:
		s.succeeded()
		if s.up.CompareAndSwap(false, true) {
			s.told.Up(true)
			s.log.Print("redis is there")
		}
	case errors.Is(ctx.Err(), context.Canceled): // Close
	case s.failures.Add(1) >= tolerated && time.Since(s.began)-time.Duration(s.success.Load()) >= patience*s.timeout:
		if s.up.CompareAndSwap(true, false) {
			s.told.Up(false)
			s.log.Printf("redis is away: rate limits are this gateway's own, and DPoP proofs are refused: %v", err)
		}
	}
}
