// Package bycase sends cases through a Traefik that has a router for each: it is chosen by the
// address that the client comes from, so that the request itself stays as the case has it.
package bycase

import (
	"fmt"
	"net"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// Rule is that of the router of the case with this index.
func Rule(i int) string { return fmt.Sprintf("ClientIP(`%s`)", address(i)) }

// Others is the rule of a router for whoever is no case.
const Others = "ClientIP(`127.0.0.1`)"

// address gives every case a loopback address of its own; 127.0.0.1 is left to the test.
func address(i int) net.IP { return net.IPv4(127, 1, byte(i/200), byte(i%200+1)) }

// Send sends the requests of cases to a Traefik and says what became of them otherwise than
// they have it.
func Send(t *testing.T, web string, recording *policytest.Backend, cases []policytest.Case) {
	t.Helper()
	for i, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if reason, excluded := c.Doors["traefik"]; excluded {
				t.Skip(reason)
			}
			answer, err := policytest.Client{LocalIP: address(i)}.Send(web, c.Request)
			if err != nil {
				t.Fatal(err)
			}
			policytest.Report(t, c.Check(policytest.Outcome{Answer: answer, Received: recording.Take()}))
		})
	}
	for _, late := range recording.Take() {
		t.Errorf("%q reached the backend after the answer", late.Start())
	}
}
