package advice

import (
	"encoding/json"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/probe"
	"github.com/attrgate/attrgate/middleware/policy"
)

// naming knows what names a route makes of keys.
type naming struct {
	style  string
	exact  *probe.Probe
	spelt  *probe.Probe // with the style alone
	lacked map[rune]bool
}

// newNaming returns nil if the route has problems: they come first.
func newNaming(route policy.Route) *naming {
	keys := policy.Route{Keys: route.Keys, Limits: route.Limits, Body: policy.Body{Shape: "object"}}
	exact, err := probe.New(keys)
	if err != nil {
		return nil
	}
	keys.Keys = policy.Keys{Style: route.Keys.Style}
	keys.Limits = policy.Limits{}
	spelt, err := probe.New(keys)
	if err != nil {
		return nil
	}
	return &naming{route.Keys.Style, exact, spelt, map[rune]bool{}}
}

// of returns the name that a key gets, or why it gets none.
func (n *naming) of(key string) (string, *policy.Violation) {
	return nameOf(n.exact, key)
}

// lacks tells whether no name can have a character, wherever it stands.
func (n *naming) lacks(r rune) bool {
	lacked, known := n.lacked[r]
	if known {
		return lacked
	}
	lacked = true
	for _, key := range []string{string(r), string(r) + "a", "a" + string(r), "A" + string(r) + "A", "a" + string(r) + "a"} {
		if name, _ := nameOf(n.spelt, key); strings.ContainsRune(name, r) {
			lacked = false
		}
	}
	n.lacked[r] = lacked
	return lacked
}

func nameOf(gate *probe.Probe, key string) (string, *policy.Violation) {
	quoted, _ := json.Marshal(key) // a string: cannot fail
	decision, err := gate.Ask("{" + string(quoted) + ":0}")
	switch {
	case err != nil:
		return key, nil
	case decision.Refusal != nil && len(decision.Refusal.Violations) > 0:
		return "", &decision.Refusal.Violations[0]
	case len(decision.Names) == 0:
		return key, nil
	}
	return decision.Names[0], nil
}
