package redisstore

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/ratelimit"
)

// takeScript takes a request from each bucket, or from none. A bucket is the time at which
// it will be full, by Redis' clock, in microseconds. Arguments are, for each key, the
// interval and the size in microseconds; whatever else wrote a key, a bucket is never more
// than empty.
var takeScript = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local debt, taken = {}, 1
for i, key in ipairs(KEYS) do
	local interval, size = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
	local full = tonumber(redis.call('GET', key)) or now
	debt[i] = math.min(math.max(full - now, 0), size)
	if debt[i] + interval > size then taken = 0 end
end
if taken == 1 then
	for i, key in ipairs(KEYS) do
		debt[i] = debt[i] + tonumber(ARGV[2 * i - 1])
		redis.call('SET', key, string.format('%.0f', now + debt[i]), 'PX', math.ceil(debt[i] / 1000) + 1)
	end
end
table.insert(debt, 1, taken)
return debt`)

// errForeign denotes an answer that no script of ours gives.
var errForeign = errors.New("redis gave an answer of another form")

// Take implements ratelimit.Shared: one round trip, but one for each bucket in a cluster,
// where they are not in one place. There, a request that the last bucket does not hold is
// taken from those before it; they are the caller's own, since the narrowest come first.
func (s *Store) Take(ctx context.Context, buckets []ratelimit.Bucket) (ratelimit.Level, error) {
	if !s.cluster {
		return s.takeFrom(ctx, buckets)
	}
	all := ratelimit.Level{Taken: true}
	for i := range buckets {
		one := ratelimit.Level{Debt: []time.Duration{0}}
		if all.Taken {
			var err error
			if one, err = s.takeFrom(ctx, buckets[i:i+1]); err != nil {
				return one, err
			}
			all.Taken = one.Taken
		}
		all.Debt = append(all.Debt, one.Debt...)
	}
	return all, nil
}

func (s *Store) takeFrom(ctx context.Context, buckets []ratelimit.Bucket) (level ratelimit.Level, err error) {
	var keys []string
	var arguments []any
	for _, b := range buckets {
		keys = append(keys, s.prefix+"limit:"+hex.EncodeToString(b.ID[:]))
		arguments = append(arguments, micros(b.Interval), micros(b.Size))
	}
	err = s.do(ctx, "limit", func(ctx context.Context) error {
		answer, err := takeScript.Run(ctx, s.client, keys, arguments...).Int64Slice()
		if err != nil {
			return err
		}
		if len(answer) != len(buckets)+1 {
			return errForeign
		}
		level.Taken = answer[0] == 1
		for _, debt := range answer[1:] {
			level.Debt = append(level.Debt, time.Duration(debt)*time.Microsecond)
		}
		return nil
	})
	return level, err
}

// micros keeps what is below a microsecond.
func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
