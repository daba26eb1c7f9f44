package metrics_test

import (
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/metrics"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

func TestAddressesAreCounted(t *testing.T) {
	m := metrics.New("v1")
	states := []upstream.AddressState{{Upstream: "u", Address: "http://a"}, {Upstream: "u", Address: "http://b", Illness: "status 500"}}
	u := metrics.NewUpstreams(m, func() []upstream.AddressState { return states })
	u.Retried("u", "connect")
	u.Ejected("u", "http://b")
	u.Ejected("u", "http://b")
	families := scrape(t, m)
	for labels, want := range map[string]float64{"address=http://a upstream=u": 1, "address=http://b upstream=u": 0} {
		if got := sample(t, families, "attrgate_upstream_healthy", labels).GetGauge().GetValue(); got != want {
			t.Errorf("%s: %v", labels, got)
		}
	}
	if got := sample(t, families, "attrgate_upstream_retries_total", "reason=connect upstream=u").GetCounter().GetValue(); got != 1 {
		t.Errorf("retries: %v", got)
	}
	if got := sample(t, families, "attrgate_upstream_ejections_total", "address=http://b upstream=u").GetCounter().GetValue(); got != 2 {
		t.Errorf("ejections: %v", got)
	}
	states = nil // the next policy has no such address
	if _, left := scrape(t, m)["attrgate_upstream_healthy"]; left {
		t.Error("an address is left")
	}
}
