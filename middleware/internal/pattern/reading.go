package pattern

import (
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/regex"
)

// reader holds what reading an unusual path takes.
type reader struct {
	octet   *regexp.Regexp    // a percent-encoded octet
	slashes *strings.Replacer // what some servers take for a slash or a dot

	parameters *regexp.Regexp // of segments
}

// newReader accepts octets in the form of RFC 3986, section 2.1, and of old Microsoft
// servers, and overlong UTF-8.
func newReader() reader {
	return reader{
		octet:   regex.Must(`^%(?:[uU]00)?[0-9A-Fa-f]{2}`),
		slashes: strings.NewReplacer(`\`, "/", "\xc0\xaf", "/", "\xc0\xae", ".", "\xc1\x9c", "/"),

		parameters: regex.Must(`;[^/]*`),
	}
}

// readings lists the ways in which backends read a path, each as segments in one letter
// case. A plain path has none but itself.
//
// Servers differ in whether they decode an encoded slash before or after they split the
// path (RFC 3986, section 2.2, leaves it to them), in whether they merge slashes and
// resolve dot segments (section 5.2.4), in whether what follows a semicolon belongs to the
// segment (section 3.3), and in whether what follows two slashes is a host (section 3.2).
// Some write what they have decoded into another request, or into a text, that ends earlier.
func readings(r reader, raw string) [][]string {
	text := decode(r, raw)
	parts := strings.Split(raw, "/")
	for i := range parts {
		parts[i] = strings.ReplaceAll(decode(r, parts[i]), "/", "|") // it divides nothing
	}
	var all [][]string
	seen := map[string]bool{}
	for _, whole := range []string{text, strings.Join(parts, "/"), text[:strings.IndexAny(text+"?", "?#\x00\r\n")]} {
		for _, path := range []string{whole, r.parameters.ReplaceAllString(whole, "")} {
			if !seen[path] {
				seen[path] = true
				all = append(all, resolved(strings.Split(strings.TrimSuffix(fold(path), "/"), "/"))...)
			}
		}
	}
	return all
}

// resolved lists what becomes of slashes and dot segments.
func resolved(segments []string) [][]string {
	strict := normal(segments)
	path := merged(strict)
	all := [][]string{segments[1:], merged(segments), strict, path, normal(merged(segments))}
	if len(path) > 0 && strict[0] == "" {
		all = append(all, path[1:]) // behind a host
	}
	return all
}

func plain(raw string) bool {
	return strings.HasPrefix(raw, "/") && !strings.HasSuffix(raw, "/") &&
		!strings.ContainsAny(raw, unplain) && !strings.Contains(raw, "//") && !strings.Contains(raw, "/.")
}

// decode undoes percent-encoding until nothing is left to undo, since a chain of servers
// may each undo it once. It goes from the end to the start, so that all behind a percent
// sign is decoded by then: the other way round, an octet that is encoded a thousand times
// takes a thousand passes over the path.
func decode(r reader, s string) string {
	out := make([]byte, len(s))
	from := len(s) // out has its content from here on
	for end := len(s); end > 0; {
		at := strings.LastIndexByte(s[:end], '%')
		if at < 0 {
			at = 0
		}
		from -= end - at
		copy(out[from:], s[at:end])
		for width := len(r.octet.Find(out[from:])); width > 0; width = len(r.octet.Find(out[from:])) {
			digits := out[from+width-2 : from+width]
			from += width - 1
			_, _ = hex.Decode(out[from:], digits) // the expression made sure of them
		}
		end = at
	}
	return r.slashes.Replace(string(out[from:]))
}

// normal resolves dot segments. An empty segment is one like others, unless it is before the
// first slash.
func normal(segments []string) []string {
	var out []string
	for i, s := range segments {
		switch {
		case s == "." || (s == "" && i == 0):
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
