package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
)

// disturb changes one thing after the other until the time is up. It never takes both
// backends away, and never a key by which a token in use was signed: no caller has a right
// to an answer then.
func (s *stage) disturb(ctx context.Context, every time.Duration) error {
	things := []struct {
		name string
		do   func(i int) error
	}{
		{"reloads", s.writeConfig},
		{"backends killed", func(int) error { return s.backends[0].kill(s) }},
		{"keys rotated", s.rotate},
		{"backends restarted", func(int) error { return s.backends[1].restart(s) }},
	}
	for i := 1; ; i++ {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(every):
		}
		thing := things[i%len(things)]
		if err := thing.do(i); err != nil {
			return fmt.Errorf("%s: %w", thing.name, err)
		}
		s.changes[thing.name]++
	}
}

// rotate does what an issuer does: it publishes a new key, signs with it only when everybody
// has had the time to see it, and goes on publishing the one before for the tokens in use.
func (s *stage) rotate(i int) error {
	key, err := glewlwyd.NewKey(fmt.Sprintf("key-%d", i), "ES256")
	if err != nil {
		return err
	}
	old := s.keys[0]
	if err := s.issuer.Rotate([]glewlwyd.Key{old, key}); err != nil {
		return err
	}
	time.Sleep(2 * keysFreshFor)
	s.keys = []glewlwyd.Key{key, old}
	if err := s.issuer.Rotate(s.keys); err != nil {
		return err
	}
	return s.renewTokens()
}

// unrest says what was changed, and how often.
func (s *stage) unrest() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(s.changes)) {
		parts = append(parts, fmt.Sprintf("%d %s", s.changes[name], name))
	}
	return "meanwhile: " + strings.Join(parts, ", ")
}
