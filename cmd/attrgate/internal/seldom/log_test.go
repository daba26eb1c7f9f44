package seldom_test

import (
	"bytes"
	"errors"
	"log"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/seldom"
)

func TestOneLineAMinute(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(1000, 0)
	l := seldom.New(log.New(&out, "", 0), "the thing fails", func() time.Time { return now })
	for _, step := range []time.Duration{0, time.Second, 58 * time.Second, time.Second, time.Second, time.Hour} {
		now = now.Add(step)
		l.Print(errors.New(now.Format("05")))
	}
	want := "the thing fails: 40\nthe thing fails: 40\nthe thing fails: 41\n"
	if out.String() != want {
		t.Errorf("printed %q", out.String())
	}
}
