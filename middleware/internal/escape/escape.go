// Package escape undoes percent-encoding as any backend might.
//
// It leaves all loops over a text to the standard library. Interpreted, a loop of ours takes
// microseconds for an octet, and a request may have a million.
package escape

import (
	"encoding/hex"
	"strings"
)

// Slash is what becomes of a slash that was encoded, and of nothing else.
const Slash = "|"

// capitals lists letters and what they become, and so for Slash itself.
const capitals = "A a B b C c D d E e F f G g H h I i J j K k L l M m N n O o P p Q q R r S s T t U u V v W w X x Y y Z z | }"

var (
	letters = strings.NewReplacer(strings.Split(capitals, " ")...)
	octets  = newOctets()
)

// newOctets accepts octets in the form of RFC 3986, section 2.1, and of old Microsoft servers.
func newOctets() *strings.Replacer {
	octets := []string{"%2f", Slash, "%u002f", Slash} // what comes first counts
	for c := 0; c <= 0xff; c++ {
		octet := string([]byte{byte(c)})
		digits, means := hex.EncodeToString([]byte(octet)), Lower(octet)
		octets = append(octets, "%"+digits, means, "%u00"+digits, means)
	}
	return strings.NewReplacer(octets...)
}

// Lower returns a text without capitals of ASCII, which Decode asks for.
func Lower(text string) string { return letters.Replace(text) }

// Decode undoes one encoding of each octet. What it decodes has no capitals either.
func Decode(text string) string { return octets.Replace(text) }
