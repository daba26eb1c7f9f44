package patience_test

import (
	"net"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/patience"
)

// clock is a connection that notes the deadlines it is given.
type clock struct {
	net.Conn
	set []time.Time
}

func (c *clock) SetWriteDeadline(t time.Time) error {
	c.set = append(c.set, t)
	return nil
}

// TestEachWriteHasItsTime extends for a while, and looks each time at the deadline in force.
func TestEachWriteHasItsTime(t *testing.T) {
	const long = 200 * time.Millisecond
	d, c := patience.New(long), &clock{}
	began, calls := time.Now(), 0
	for ; time.Since(began) < 2*long; calls++ {
		before := time.Now()
		if err := d.Extend(c); err != nil {
			t.Fatal(err)
		}
		last := c.set[len(c.set)-1]
		if left := last.Sub(before); left < long || time.Until(last) > long+long/8 {
			t.Fatalf("a write has %s", left)
		}
	}
	if len(c.set) < 2 || len(c.set) > 2*8+2 || calls < len(c.set) {
		t.Errorf("%d deadlines for %d writes", len(c.set), calls)
	}
}

func TestADeadlineOfSomebodyElseIsReplaced(t *testing.T) {
	d, c := patience.New(time.Hour), &clock{}
	_ = d.Extend(c)
	_ = d.Extend(c)
	d.Forget()
	_ = d.Extend(c)
	if len(c.set) != 2 {
		t.Errorf("%d deadlines", len(c.set))
	}
}

// TestNoneIsSetWhereTheConnectionFails: the next write tries again.
func TestNoneIsSetWhereTheConnectionFails(t *testing.T) {
	client, server := net.Pipe()
	_, _ = client.Close(), server.Close()
	d := patience.New(time.Hour)
	for range 2 {
		if d.Extend(client) == nil {
			t.Error("no error")
		}
	}
}
