package growth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/bench/internal/stat"
	"github.com/attrgate/attrgate/bench/internal/turns"
	"github.com/attrgate/attrgate/middleware/token"
)

// remembered is how many tokens the process keeps at most: half of it for sure.
const remembered = 1 << 16

const scopes = sample.Required + " channel-session:update"

// crowd signs tokens with EdDSA, of which thousands a second can be had.
type crowd struct {
	key  ed25519.PrivateKey
	gate http.Handler
}

func (run *runner) newCrowd() (*crowd, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	p, err := run.signer.Policy()
	if err != nil {
		return nil, err
	}
	p.Issuers[0].Keys = []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
	gate, err := newGate(p)
	return &crowd{key: key, gate: gate}, err
}

func (c *crowd) header(number int) ([]string, error) {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": sample.Issuer, "aud": sample.Audience, "sub": "crm-sync", "client_id": "crm", "jti": strconv.Itoa(number),
		"scope": scopes, "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(c.key)
	return []string{"Bearer " + signed}, err
}

// meet lets the gate see tokens, each for the first time, and returns the last few of them.
func (c *crowd) meet(r *sample.Request, from, to int) (last [][]string, err error) {
	const few = 1000
	answer := sample.NewAnswer()
	for number := from; number < to; number++ {
		header, err := c.header(number)
		if err != nil {
			return nil, err
		}
		r.SetToken(header)
		if status := answer.Serve(c.gate, r.Again()); status != http.StatusNoContent {
			return nil, fmt.Errorf("answered %d", status)
		}
		if to-number <= few {
			last = append(last, header)
		}
	}
	return last, nil
}

// tokens measures remembered tokens after more and more have been seen. The numbers follow
// each other, so they cannot take turns: each is measured beside the same yardstick.
func (run *runner) tokens(out *page.Section) error {
	c, err := run.newCrowd()
	if err != nil {
		return err
	}
	r, err := sample.NewRequest("", sample.Plain)
	if err != nil {
		return err
	}
	s, seen, perToken := newSweep(), 0, 0.0
	for _, number := range run.options.Tokens {
		before := heap()
		last, err := c.meet(r, seen, number)
		if err != nil {
			return err
		}
		if number-seen > remembered/4 && number < remembered {
			perToken = float64(heap()-before) / float64(number-seen)
		}
		seen = number
		results, err := turns.Run([]turns.Subject{c.rotating(r, last), unmarshalPlace(number, []byte(sample.Plain)).subject}, run.turns())
		if err != nil {
			return err
		}
		s.add(compiled, number, results[0].Nanos, results[0].Allocations)
		s.add(unmarshal, number, results[1].Nanos, results[1].Allocations)
	}
	s.reportTokens(out, perToken)
	return nil
}

func (s *sweep) reportTokens(out *page.Section, perToken float64) {
	out.Say("### By the number of remembered tokens\n\nTokens that the gate has seen; the last of them, at most a thousand, take turns. "+
		"At most %d are remembered. The rows were measured one after the other, so compare their ratios to one json.Unmarshal of the body.", remembered)
	s.table(out, []string{"tokens", "gate, µs", "json.Unmarshal, µs", "ratio", "allocations"}, func(x int) []string {
		return []string{stat.Text(s.ratio(compiled, unmarshal, x)), fmt.Sprintf("%.0f", s.counts[compiled][x])}
	})
	if perToken > 0 {
		out.Aims([]page.Aim{
			{What: "bytes of a remembered token, beside its claims", Most: 300, Found: perToken - claimsBytes()},
			{What: "growth of the ratio to the most tokens", Most: 1.1, Found: s.ratio(compiled, unmarshal, s.xs[len(s.xs)-1]) / s.ratio(compiled, unmarshal, s.xs[0])},
		})
	}
	s.draw(out, "growth-tokens", chart.Axes{Title: "One request, by the number of tokens seen", X: "tokens", Y: "µs"})
}

// claimsBytes is what the claims of one token of the crowd take: the struct, the list of its
// two scopes, and their text.
func claimsBytes() float64 {
	return float64(reflect.TypeFor[token.Claims]().Size() + 2*reflect.TypeFor[string]().Size() +
		uintptr(len("crm-sync"+"crm"+sample.Issuer+scopes)))
}

func (c *crowd) rotating(r *sample.Request, headers [][]string) turns.Subject {
	answer, next := sample.NewAnswer(), 0
	return turns.Subject{Name: "rotating", Do: func(n int) error {
		for range n {
			next = (next + 1) % len(headers)
			r.SetToken(headers[next])
			if status := answer.Serve(c.gate, r.Again()); status != http.StatusNoContent {
				return fmt.Errorf("answered %d", status)
			}
		}
		return nil
	}}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first set free, pools included
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
