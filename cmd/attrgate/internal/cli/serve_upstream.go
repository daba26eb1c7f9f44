package cli

import (
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// upstreamOptions says who is told what the backends do.
func (s *service) upstreamOptions() upstream.Options {
	return upstream.Options{ErrorLog: s.errorLog, Retried: s.backends.Retried, Ejected: s.backends.Ejected}
}

// upstreamState returns how the addresses of the backends in force are doing.
func (s *service) upstreamState() []upstream.AddressState {
	if inForce := s.upstreams.Load(); inForce != nil {
		return inForce.State()
	}
	return nil
}

// unwell names the addresses that are avoided. The gateway still takes requests, also when
// no address is left: another gateway would have no others.
func (s *service) unwell() []string {
	var degraded []string
	for _, state := range s.upstreamState() {
		if state.Illness != "" {
			degraded = append(degraded, "upstream "+state.Upstream+": "+state.Address+": "+state.Illness)
		}
	}
	return degraded
}
