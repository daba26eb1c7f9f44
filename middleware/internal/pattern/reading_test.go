package pattern_test

import (
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
)

// readTables are routes with literals and variables in several places.
func readTables(t testing.TB) map[string]*pattern.Table {
	tables := map[string]*pattern.Table{}
	for _, paths := range []string{"/api/v2/{a}/conversations/{b} /forms/{a}", "/{a}", "/{a}/{b} /a/b/c", "/a/b/a /{a}/b", "/forms /{a}/{b}/{c}"} {
		tables[paths] = table(t, strings.Split("PUT "+strings.ReplaceAll(paths, " ", "|PUT "), "|")...)
	}
	return tables
}

// ascii are the characters that mean something in a path, and some others.
const ascii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%;\\|}{@!"

// FuzzReadings holds the readings of paths to what comes of taking them one octet and one
// segment after the other.
func FuzzReadings(f *testing.F) {
	for _, seed := range []string{
		"/forms/%2525252f", "/a/..;/b", "/x//..//b|", "/forms%c1%9cx", "/%25u0066orms/1%3F", "//h/forms//../1", "x//b/", "/a\\b", "/a;b/c;d",
	} {
		f.Add(seed)
	}
	tables := readTables(f)
	f.Fuzz(func(t *testing.T, target string) { compareReadings(t, tables, target) })
}

// TestReadings does so with paths made of what means something in one.
func TestReadings(t *testing.T) {
	parts := strings.Split("/ / / / /.. /. a b c A forms FORMS api v2 conversations %41 %2f %2F %252f ; ;x %3b %3F %00 %23 \\ %5c %c0%af %c0%ae "+
		"% %2 %25 25 u00 U00 2f 2E %e9 | %7c } %2e . .. %C5%BF %E2%84%AA %c4%b0 %c1 %9c %ff %0d", " ")
	random := rand.New(rand.NewSource(1))
	tables, found := readTables(t), 0
	for i := 0; i < 3000; i++ {
		var path strings.Builder
		for n := random.Intn(14); n >= 0; n-- {
			path.WriteString(parts[random.Intn(len(parts))])
		}
		found += compareReadings(t, tables, "/"+path.String())
		found += compareReadings(t, tables, path.String())
	}
	if found < 500 {
		t.Errorf("%d paths were a route's", found)
	}
}

func compareReadings(t *testing.T, tables map[string]*pattern.Table, target string) (found int) {
	if strings.Count(target, "%") > 8 || strings.Contains(target, "2525252525252525") || strings.Trim(target, ascii) != "" {
		return 0 // that may be more than is read, and no URL has other characters
	}
	for paths, table := range tables {
		got := table.Match(http.MethodPut, &url.URL{Opaque: target})
		want := guards(strings.Fields(paths), target)
		if (got.Near != pattern.None) != want {
			t.Fatalf("%q under %s: %+v, want %v", target, paths, got, want)
		}
		if want {
			found++
		}
	}
	return found
}

var (
	octet     = regexp.MustCompile(`^%(?:[uU]00)?([0-9A-Fa-f]{2})`)
	parameter = regexp.MustCompile(`;[^/]*`)
)

// guards tells whether some reading of a path is a route's.
func guards(paths []string, target string) bool {
	all := slowReadings(target)
	if strings.HasPrefix(target, "/") {
		all = append(all, strings.Split(target[1:], "/")) // as it stands
	}
	for _, segments := range all {
		for _, path := range paths {
			want := strings.Split(path[1:], "/")
			same := len(want) == len(segments)
			for i := 0; same && i < len(want); i++ {
				same = want[i][0] == '{' || want[i] == segments[i]
			}
			if same {
				return true
			}
		}
	}
	return false
}

func slowReadings(raw string) (all [][]string) {
	parts := strings.Split(raw, "/")
	for i := range parts {
		parts[i] = strings.ReplaceAll(slowDecode(parts[i]), "/", "|")
	}
	text := slowDecode(raw)
	for _, whole := range []string{text, strings.Join(parts, "/"), text[:strings.IndexAny(text+"?", "?#\x00\r\n")]} {
		for _, path := range []string{whole, parameter.ReplaceAllString(whole, "")} {
			segments := strings.Split(strings.TrimSuffix(strings.ToLower(strings.ToUpper(path)), "/"), "/")
			strict := slowNormal(segments)
			merged := slowMerged(strict)
			all = append(all, segments[1:], slowMerged(segments), strict, merged, slowNormal(slowMerged(segments)))
			if len(merged) > 0 && strict[0] == "" {
				all = append(all, merged[1:])
			}
		}
	}
	return all
}

// slowDecode decodes the last octet first, for it may be part of another.
func slowDecode(text string) string {
	for at := len(text) - 1; at >= 0; at-- {
		for found := octet.FindStringSubmatch(text[at:]); found != nil; found = octet.FindStringSubmatch(text[at:]) {
			value, _ := strconv.ParseUint(found[1], 16, 8)
			text = text[:at] + string([]byte{byte(value)}) + text[at+len(found[0]):]
		}
	}
	return strings.NewReplacer(`\`, "/", "\xc0\xaf", "/", "\xc0\xae", ".", "\xc1\x9c", "/").Replace(text)
}

func slowNormal(segments []string) (out []string) {
	for i, s := range segments {
		switch {
		case s == "." || (s == "" && i == 0):
		case s != "..":
			out = append(out, s)
		case len(out) > 0:
			out = out[:len(out)-1]
		}
	}
	return out
}

func slowMerged(segments []string) (out []string) {
	for _, s := range segments {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// TestWhatTakesTooMuchReadingMayBeAnything shows the bounds, for a path that is no route's.
func TestWhatTakesTooMuchReadingMayBeAnything(t *testing.T) {
	built := table(t, forms, "POST /other")
	for target, want := range map[string]pattern.Match{
		"PUT /x%" + strings.Repeat("25", 7) + "41/y/z":        {Route: pattern.None, Near: pattern.None},
		"PUT /x%" + strings.Repeat("25", 8) + "41/y/z":        {Route: 0, Near: 0, Lookalike: true},
		"POST /x%" + strings.Repeat("25", 8) + "41/y/z":       {Route: 1, Near: 0, Lookalike: true},
		"GET /x%" + strings.Repeat("25", 8) + "41/y/z":        {Route: pattern.None, Near: 0, Lookalike: true},
		"PUT " + strings.Repeat("/x;y", 100) + ";;;;;":        {Route: pattern.None, Near: pattern.None},
		"PUT " + strings.Repeat("/x;y", 101):                  {Route: 0, Near: 0, Lookalike: true},
		"PUT /x" + strings.Repeat(";y", 100000) + "/y":        {Route: pattern.None, Near: pattern.None},
		"PUT " + strings.Repeat("/x/..", 100000) + "/%2E/y":   {Route: pattern.None, Near: pattern.None},
		"PUT " + strings.Repeat("/x/..", 100000) + "/forms/y": {Route: 0, Near: 0, Lookalike: true},
	} {
		method, path, _ := strings.Cut(target, " ")
		if m := built.Match(method, &url.URL{Opaque: path}); m != want {
			t.Errorf("%.20s: %+v, want %+v", target, m, want)
		}
	}
}

// TestCostOfReadings holds what a path costs to so many allocations, however long it is:
// interpreted, each loop over octets or segments would make some.
func TestCostOfReadings(t *testing.T) {
	built := table(t, forms, salesIQ)
	for _, shape := range []string{"/a", "/A", "/%41", "%41", "/%2F..", "//", "/./", "/../", "/x/..", "%25%34%31", "%2525", "%", "/;a", ";a", `\`, "%3F", "%c0%af"} {
		u := &url.URL{Opaque: "/" + strings.Repeat(shape, 20000)}
		got := testing.AllocsPerRun(3, func() { built.Match(http.MethodPut, u) })
		if got > 400 { // most of which are parts of a path with parameters
			t.Errorf("%s: %v allocations", fmt.Sprintf("%.20s", u.Opaque), got)
		}
	}
}
