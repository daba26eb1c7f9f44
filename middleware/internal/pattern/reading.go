package pattern

import (
	"net/url"
	"path"
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/escape"
)

const (
	// encodings is how many times over a path may be encoded and still be read. A chain of
	// servers undoes one each.
	encodings = 8

	// parameters is how many segments of a path may have some.
	parameters = 100

	// empty is a segment without a character. Folded texts are UTF-8 and have no such octet.
	empty = "\xff"
)

// slashes is what some servers take for a slash or a dot, some of it in overlong UTF-8.
var slashes = strings.NewReplacer(`\`, escape.Slash, "\xc0\xaf", escape.Slash, "\xc0\xae", ".", "\xc1\x9c", escape.Slash)

// readings lists the ways in which backends read a path, in one letter case and with slashes
// around them or not. A plain path has none but itself. It is not ok if a path takes so much
// reading that it may be any.
//
// Servers differ in whether they decode an encoded slash before or after they split the
// path (RFC 3986, section 2.2, leaves it to them), in whether they merge slashes and
// resolve dot segments (section 5.2.4), in whether what follows a semicolon belongs to the
// segment (section 3.3), and in whether what follows two slashes is a host (section 3.2).
// Some write what they have decoded into another request, or into a text, that ends earlier.
func readings(raw string) (all []string, ok bool) {
	parts, ok := decode(raw)
	text := strings.ReplaceAll(parts, escape.Slash, "/")
	seen := map[string]bool{}
	for _, whole := range []string{text, parts, text[:strings.IndexAny(text+"?", "?#\x00\r\n")]} {
		bare, few := withoutParameters(whole)
		if !ok || !few {
			return nil, false
		}
		for _, path := range []string{whole, bare} {
			if !seen[path] {
				seen[path] = true
				all = append(all, resolved(strings.TrimSuffix(path, "/"))...)
			}
		}
	}
	return all, true
}

// withoutParameters takes what follows a semicolon from the segments of a path. It is not ok
// if more of them have some than anybody sends.
func withoutParameters(path string) (bare string, ok bool) {
	var kept []string
	for len(kept) <= parameters {
		before, after, found := strings.Cut(path, ";")
		kept = append(kept, before)
		if !found {
			return strings.Join(kept, ""), true
		}
		end := strings.IndexByte(after, '/')
		if end < 0 {
			end = len(after)
		}
		path = after[end:]
	}
	return "", false
}

// resolved lists what becomes of slashes and dot segments. An empty segment is one like
// others, unless it is before the first slash.
func resolved(text string) []string {
	marked := text + "/"
	for strings.Contains(marked, "//") {
		marked = strings.ReplaceAll(marked, "//", "/"+empty+"/")
	}
	_, asSent, _ := strings.Cut(marked, "/")
	strict := path.Clean("/" + marked)
	merged := strings.ReplaceAll(strict, "/"+empty, "")
	all := []string{asSent, strings.ReplaceAll("/"+marked, "/"+empty, ""), strict, merged, path.Clean("/" + text)}
	if strings.HasPrefix(strict, "/"+empty) {
		_, behind, _ := strings.Cut(strings.TrimPrefix(merged, "/"), "/")
		all = append(all, behind) // behind a host
	}
	return all
}

func plain(raw string) bool {
	return strings.HasPrefix(raw, "/") && !strings.HasSuffix(raw, "/") &&
		!strings.ContainsAny(raw, unplain) && !strings.Contains(raw, "//") && !strings.Contains(raw, "/.")
}

// decode undoes percent-encoding until nothing is left to undo, since a chain of servers
// may each undo it once. The result is in one letter case, and a slash that was encoded is
// escape.Slash. It is not ok if there is more to undo than any chain of servers does.
func decode(raw string) (text string, ok bool) {
	text = escape.Lower(raw)
	for i := 0; i <= encodings; i++ {
		next := escape.Decode(text)
		if len(next) == len(text) {
			return fold(slashes.Replace(text)), true
		}
		text = next
	}
	return "", false
}

// anyPath returns a path as it was sent, and its segments up to a number; nil if it does not
// begin with a slash.
func anyPath(u *url.URL, most int, room *places) (raw string, segments []string) {
	raw = u.Opaque
	if raw == "" {
		raw = u.EscapedPath()
	}
	if !strings.HasPrefix(raw, "/") {
		return raw, nil
	}
	return raw, split(raw[1:], most, room)
}
