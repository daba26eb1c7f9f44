package redisstore

import (
	"context"
	"time"
)

// maxResult is the largest result that is read, in bytes.
const maxResult = 32 << 10

// Get implements token.Results: one round trip.
func (s *Store) Get(key string) (value []byte) {
	_ = s.do(context.Background(), "result_get", func(ctx context.Context) (err error) {
		value, err = s.client.GetRange(ctx, s.prefix+"result:"+key, 0, maxResult).Bytes()
		return err
	})
	return value // without one, the endpoint is asked
}

// Put implements token.Results. Nobody waits for it.
func (s *Store) Put(key string, value []byte, keepFor time.Duration) {
	_ = s.do(context.Background(), "result_put", func(ctx context.Context) error {
		return s.client.Set(ctx, s.prefix+"result:"+key, value, max(keepFor, time.Millisecond)).Err()
	})
}
