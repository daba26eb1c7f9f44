package tokens

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestAgainstPeers holds every token of the table against the list of differences.
func TestAgainstPeers(t *testing.T) {
	c, err := newCourt()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	accepted := 0
	for _, d := range c.drafts() {
		raw, err := c.sign(d)
		if err != nil {
			t.Fatal(d.name, err)
		}
		got, why := c.judge(raw)
		if wrong := c.unexplained(raw, got); wrong != "" {
			t.Errorf("%s: %s\n%s\n%s\n%s", d.name, wrong, why, d.header, d.claims)
		}
		if got == (verdict{true, true, true}) {
			accepted++
		}
		if !got.unanimous() {
			for _, kind := range c.kinds(raw) {
				seen[kind.name] = true
			}
		}
	}
	for _, kind := range differences() {
		if !seen[kind.name] {
			t.Errorf("no token of the table shows this difference: %s", kind.name)
		}
	}
	if accepted < 50 {
		t.Errorf("everybody accepts %d tokens only: the table says little", accepted)
	}
}

// unexplained says how a verdict is not what the list of differences leads to. If nobody
// accepts a token, it may have a fault that everybody sees.
func (c *court) unexplained(raw string, got verdict) string {
	want := verdict{true, true, true}
	var names []string
	for _, kind := range c.kinds(raw) {
		want = want.and(kind.accepts)
		names = append(names, kind.name)
	}
	if got == want || got == (verdict{}) {
		return ""
	}
	return fmt.Sprintf("got %+v, want %+v by %q", got, want, names)
}

// kinds are the differences that concern a token.
func (c *court) kinds(raw string) []difference {
	var found []difference
	v := c.look(raw)
	for _, kind := range differences() {
		if kind.found(v) {
			found = append(found, kind)
		}
	}
	return found
}

// FuzzAgainstPeers signs what the fuzzer invents, so that no token is refused for its
// signature alone, and then perhaps breaks it: there is no difference but the listed ones.
func FuzzAgainstPeers(f *testing.F) {
	c, err := newCourt()
	if err != nil {
		f.Fatal(err)
	}
	for i, d := range c.drafts() {
		if d.finish == nil && i%7 == 0 {
			f.Add(d.header, d.claims, uint8(i), uint8(i/7), -1, "")
		}
	}
	f.Add(goodHeader, goodClaims(), uint8(2), uint8(0), 20, "A")
	f.Fuzz(func(t *testing.T, header, claims string, signer, spelled uint8, at int, patch string) {
		s := c.signers[int(signer)%len(c.signers)]
		d := draft{header: header, claims: claims, kid: s.kid, alg: nameIn(header, s)}
		for part := range d.spelling {
			d.spelling[part] = spelling(spelled>>(2*part)) % spellings
		}
		raw, err := c.sign(d)
		if err != nil {
			t.Fatal(err)
		}
		if at >= 0 && at < len(raw) {
			raw = raw[:at] + patch + raw[at+1:]
		}
		got, why := c.judge(raw)
		if wrong := c.unexplained(raw, got); wrong != "" {
			t.Errorf("%s\n%s\n%q", wrong, why, raw)
		}
	})
}

// nameIn finds the algorithm that a header asks for, if the key can do it.
func nameIn(header string, s signer) string {
	for _, alg := range algorithms() {
		if s.fits(alg) && strings.Contains(header, `"`+alg+`"`) {
			return alg
		}
	}
	return s.sign
}

// document is where the list is published.
const document = "../../docs/tokens-compared.md"

// TestDocument compares the document with the list; ATTRGATE_UPDATE=1 writes it.
func TestDocument(t *testing.T) {
	want := compared()
	if os.Getenv("ATTRGATE_UPDATE") == "1" {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale; in e2e/tokens: ATTRGATE_UPDATE=1 GOWORK=off go test -run TestDocument", document)
	}
}
