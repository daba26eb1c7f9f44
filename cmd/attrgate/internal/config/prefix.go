package config

import (
	"slices"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// checkPrefixes holds the routes of each upstream to its prefix. The backend has the path of
// another route below the prefix too, and there nothing would guard it.
func checkPrefixes(upstreams []Upstream, routes []policy.Route, ps *policy.Problems) {
	for _, route := range routes {
		i := upstreamOf(route.Name, upstreams)
		if i >= 0 && strings.HasPrefix(upstreams[i].StripPrefix, "/") && !below(route.Match, upstreams[i].StripPrefix) {
			ps.Add(element("gateway.upstreams", i)+".stripPrefix", "the route %q is not below %s: write its match with the prefix, as clients send it",
				route.Name, upstreams[i].StripPrefix)
		}
	}
}

// upstreamOf finds the upstream that names a route, or else the one that names none.
func upstreamOf(route string, upstreams []Upstream) int {
	named := slices.IndexFunc(upstreams, func(u Upstream) bool { return slices.Contains(u.Routes, route) })
	if named >= 0 {
		return named
	}
	return slices.IndexFunc(upstreams, func(u Upstream) bool { return len(u.Routes) == 0 })
}

// below tells whether a match begins with the segments of a prefix, or with variables for them.
func below(match, prefix string) bool {
	_, path, _ := strings.Cut(match, " ")
	segments := strings.Split(path, "/")
	for i, part := range strings.Split(prefix, "/") {
		if i >= len(segments) || (segments[i] != part && !strings.HasPrefix(segments[i], "{")) {
			return false
		}
	}
	return true
}

func namesOf(routes []policy.Route) []string {
	var names []string
	for _, route := range routes {
		names = append(names, route.Name)
	}
	return names
}
