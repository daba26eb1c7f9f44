package redisstore

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// useScript remembers a proof. Beside it stands since when proofs are remembered: a Redis
// that has lost everything cannot say that an older one is fresh. Arguments are how long to
// remember the proof, when it was made, and what time it is, in milliseconds.
var useScript = redis.NewScript(`
local since = redis.call('GET', KEYS[2])
if not since then
	since = ARGV[3]
	redis.call('SET', KEYS[2], since)
end
if not redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) then return 'used' end
if tonumber(ARGV[2]) <= tonumber(since) then return 'unknown' end
return 'fresh'`)

// clocks is how far those of the gateways may differ.
const clocks = 30 * time.Second

// errUnknown denotes a proof that was made before Redis remembered any.
var errUnknown = errors.New("the proof is older than what redis remembers")

// places is how many parts of a cluster proofs are spread over.
const places = 16

// Use implements token.Proofs: one round trip.
func (s *Store) Use(ctx context.Context, id [32]byte, made, until time.Time) (fresh bool, err error) {
	place := s.place(int(id[0]) % places)
	keys := []string{place + hex.EncodeToString(id[:]), place + "since"}
	now := time.Now()
	keepFor := max(until.Sub(now)+clocks, time.Second)
	answer := ""
	err = s.do(ctx, "proof", func(ctx context.Context) error {
		answer, err = useScript.Run(ctx, s.client, keys, keepFor.Milliseconds(), made.UnixMilli(), now.UnixMilli()).Text()
		return err
	})
	switch {
	case err != nil:
		return false, err
	case answer == "unknown":
		return false, errUnknown
	}
	return answer == "fresh", nil
}

// begin notes since when proofs are remembered, where that is not known yet.
func (s *Store) begin(ctx context.Context) error {
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range places {
			p.SetNX(ctx, s.place(i)+"since", now, 0)
		}
		return nil
	})
	return err
}

// place begins the keys of a part; what stands in braces decides on a cluster's node.
func (s *Store) place(i int) string { return fmt.Sprintf("%sproof:{%x}:", s.prefix, i) }
