package pattern

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

// reader holds what reading an unusual path takes.
type reader struct {
	octet   *regexp.Regexp    // a percent-encoded octet
	slashes *strings.Replacer // what some servers take for a slash or a dot
}

// newReader accepts octets in the form of RFC 3986, section 2.1, and of old Microsoft
// servers, and overlong UTF-8.
func newReader() reader {
	return reader{
		octet:   regex.Must(`%(?:[uU]00)?[0-9A-Fa-f]{2}`),
		slashes: strings.NewReplacer(`\`, "/", "\xc0\xaf", "/", "\xc0\xae", ".", "\xc1\x9c", "/"),
	}
}

// readings lists the ways in which backends read a path, each as segments in one letter
// case. A plain path has none but itself.
//
// Servers differ in whether they decode an encoded slash before or after they split the
// path (RFC 3986, section 2.2, leaves it to them), in whether they merge slashes and
// resolve dot segments (section 5.2.4), and in whether what follows a semicolon belongs
// to the segment (section 3.3).
func readings(r reader, raw string) [][]string {
	whole := strings.Split(fold(decode(r, raw)), "/")
	parts := strings.Split(strings.ReplaceAll(raw, `\`, "/"), "/")
	for i := range parts {
		parts[i] = withoutParameters(fold(decode(r, parts[i])))
	}
	for i := range whole {
		whole[i] = withoutParameters(whole[i])
	}
	return [][]string{normal(whole), normal(parts), merged(parts), withoutEnds(parts)}
}

func plain(raw string) bool {
	return strings.HasPrefix(raw, "/") && !strings.HasSuffix(raw, "/") &&
		!strings.ContainsAny(raw, unplain) && !strings.Contains(raw, "//") && !strings.Contains(raw, "/.")
}

// decode undoes percent-encoding until nothing is left to undo, since a chain of servers
// may each undo it once.
func decode(r reader, s string) string {
	for strings.Contains(s, "%") {
		decoded := r.octet.ReplaceAllStringFunc(s, unescape)
		if decoded == s {
			break
		}
		s = decoded
	}
	return r.slashes.Replace(s)
}

func unescape(escaped string) string {
	n, _ := strconv.ParseUint(escaped[len(escaped)-2:], 16, 8)
	return string([]byte{byte(n)})
}

func withoutParameters(segment string) string {
	before, _, _ := strings.Cut(segment, ";")
	return before
}

// normal merges slashes and resolves dot segments.
func normal(segments []string) []string {
	var out []string
	for _, s := range segments {
		switch {
		case s == "" || s == ".":
		case s == ".." && len(out) == 0:
		case s == "..":
			out = out[:len(out)-1]
		default:
			out = append(out, s)
		}
	}
	return out
}

// merged merges slashes and leaves dot segments.
func merged(segments []string) []string {
	var out []string
	for _, s := range segments {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// withoutEnds drops the empty segments before the first slash and after the last.
func withoutEnds(segments []string) []string {
	if len(segments) > 0 && segments[0] == "" {
		segments = segments[1:]
	}
	if n := len(segments); n > 0 && segments[n-1] == "" {
		segments = segments[:n-1]
	}
	return segments
}

// anyPath returns a path as it was sent, and its segments; nil if it does not begin with a
// slash.
func anyPath(u *url.URL, room *places) (raw string, segments []string) {
	raw = u.Opaque
	if raw == "" {
		raw = u.EscapedPath()
	}
	if !strings.HasPrefix(raw, "/") {
		return raw, nil
	}
	room.unplain = strings.ContainsAny(raw, unplain)
	return raw, split(raw[1:], room)
}
