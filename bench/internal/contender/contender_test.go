package contender_test

import (
	"testing"

	"github.com/attrgate/attrgate/bench/internal/contender"
	"github.com/attrgate/attrgate/bench/internal/sample"
)

// TestContendersDoTheirJob: nothing is measured that lets pass what it claims to refuse.
func TestContendersDoTheirJob(t *testing.T) {
	signer, err := sample.NewSigner()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contender.All() {
		t.Run(c.Name, func(t *testing.T) {
			guard, err := c.Build(signer, sample.Backend())
			if err != nil {
				t.Fatal(err)
			}
			if err := contender.Check(c, signer, guard); err != nil {
				t.Error(err)
			}
		})
	}
}
