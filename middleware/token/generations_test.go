//go:build !yaegi
// +build !yaegi

package token_test

import (
	"errors"
	"math/rand"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/token"
)

// known is what should be remembered of a token.
type known struct {
	claims token.Claims
	err    error
	until  time.Time
}

// someKnown makes up what was found out about a token, usual or not.
func someKnown(random *rand.Rand, number int, lists [][]string) known {
	k := known{until: noon.Add(time.Duration(random.Intn(4)-1) * time.Hour)}
	if random.Intn(20) == 0 {
		k.err = errors.New("refused " + strconv.Itoa(number))
		return k
	}
	k.claims = token.Claims{
		Subject: "user " + strconv.Itoa(number), ClientID: "client" + strconv.Itoa(random.Intn(3)), Issuer: "https://idp.example.com",
		Kind: token.KindJWT, Remembered: true, Scopes: lists[random.Intn(len(lists))], Expiry: time.Unix(int64(random.Intn(1<<40)), 0),
	}
	switch random.Intn(20) {
	case 0:
		k.claims.Named = map[string]string{"sub": strconv.Itoa(number)}
	case 1:
		k.claims.Confirmation = &token.Confirmation{Key: strconv.Itoa(number)}
	case 2:
		k.claims.Expiry = k.claims.Expiry.Add(time.Millisecond)
	case 3:
		k.claims.Subject = strings.Repeat("long", 5000)
	case 4:
		k.claims.Expiry = time.Time{}
	case 5:
		k.claims.Subject = ""
		k.claims.ClientID = ""
		k.claims.Scopes = nil
	}
	return k
}

// TestMemoryIsAMap holds the memory of tokens against a map, with tokens that come again with
// something else.
func TestMemoryIsAMap(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	lists := [][]string{{"a"}, {"a", "b"}, {"SalesIQ.conversations.UPDATE"}, nil}
	for _, tokens := range []int{1, 3, 700, 5000} {
		memory, want := token.NewMemory(2*tokens+2), map[int]known{}
		for i := 0; i < 6*tokens; i++ {
			number := random.Intn(tokens)
			k := someKnown(random, number, lists)
			claims := &k.claims
			if k.err != nil {
				claims = nil
			}
			memory.Keep(strconv.Itoa(number), claims, k.err, k.until)
			want[number] = k
		}
		for number := 0; number < tokens; number++ {
			k, there := want[number]
			there = there && noon.Before(k.until)
			claims, found, err := memory.Find(strconv.Itoa(number), noon)
			if found != there || (found && (!errors.Is(err, k.err) || !reflect.DeepEqual(claims, k.claims))) {
				t.Fatalf("%d of %d: %+v, %v, %v; want %+v, %v", number, tokens, claims, err, found, k, there)
			}
		}
	}
}

// TestFullPages: texts of any length have their place, and so have those of none behind them.
func TestFullPages(t *testing.T) {
	for size := 16<<10 - 2; size < 16<<10+3; size++ {
		memory := token.NewMemory(100)
		for number, length := range []int{size, 0, 1, size - 1, 0, 1, 0} {
			want := token.Claims{Subject: strings.Repeat("s", length)}
			memory.Keep(strconv.Itoa(number), &want, nil, noon.Add(time.Hour))
			if got, found, _ := memory.Find(strconv.Itoa(number), noon); !found || got.Subject != want.Subject {
				t.Errorf("%d bytes behind %d: %v, a subject of %d", length, size, found, len(got.Subject))
			}
		}
	}
}

// TestTokensThatStay: what comes again and again is remembered, however many others come, and
// is what it was.
func TestTokensThatStay(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	memory := token.NewMemory(100)
	var stay []known
	for number := 0; number < 20; number++ {
		k := someKnown(random, number, [][]string{{"a"}})
		k.until = noon.Add(time.Hour)
		stay = append(stay, k)
		memory.Keep("stays "+strconv.Itoa(number), &stay[number].claims, k.err, k.until)
	}
	for i := 0; i < 1000; i++ {
		memory.Keep(strconv.Itoa(i), &token.Claims{}, nil, noon.Add(time.Hour))
		number := i % len(stay)
		claims, found, err := memory.Find("stays "+strconv.Itoa(number), noon)
		if !found || !errors.Is(err, stay[number].err) || !reflect.DeepEqual(claims, stay[number].claims) {
			t.Fatalf("%d after %d others: %+v, %v, %v; want %+v", number, i, claims, err, found, stay[number])
		}
	}
}

// TestWhatComesAgainTakesNoMore: a token that is introspected twice a minute, whatever is said
// of it, takes no more memory than at first.
func TestWhatComesAgainTakesNoMore(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	memory := token.NewMemory(1000)
	for i := 0; i < 100000; i++ {
		number := random.Intn(10)
		k := someKnown(random, number, [][]string{{strconv.Itoa(i)}})
		memory.Keep(strconv.Itoa(number), &k.claims, k.err, k.until)
	}
	if common, pages := memory.Sizes(); common > 1100 || pages > 1 {
		t.Errorf("ten tokens have %d things in common on %d pages", common, pages)
	}
}

// TestInstants holds what ends when against the times themselves, by the clock that jumps and
// by the other.
func TestInstants(t *testing.T) {
	began := time.Now()
	for _, until := range []time.Time{
		began, began.Add(-time.Hour), began.Add(1500 * time.Millisecond), began.Add(-1500 * time.Millisecond), began.Round(0),
		time.Unix(0, 0), time.Unix(253402300799, 999999999), time.Unix(-5, 7), {}, noon,
	} {
		for _, apart := range []time.Duration{-time.Hour, -1, 0, 1, time.Hour} {
			for _, now := range []time.Time{until.Add(apart), until.Add(apart).Round(0)} {
				if until != until.Round(0) && now == now.Round(0) {
					continue // two clocks
				}
				if got, want := token.Ends(until, began, now), !now.Before(until); got != want {
					t.Errorf("until %v, now %v: %v, want %v", until, now, got, want)
				}
			}
		}
	}
}
