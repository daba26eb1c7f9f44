// Package query looks for parameters in a query as any backend might read it.
package query

import (
	"net/url"
	"strings"
)

// Has tells whether a raw query has a parameter of the given name, compared without regard
// to letter case.
//
// It is wider than url.Values.Has, which drops what Go cannot parse: other servers divide
// parameters at semicolons too, and read names beside values that are not well encoded. PHP
// turns dots, spaces and brackets of names into underscores, drops spaces in front, and ends
// a name at a null.
func Has(raw, name string) bool {
	if raw == "" {
		return false
	}
	for _, pair := range strings.Split(strings.ReplaceAll(raw, ";", "&"), "&") {
		key, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(key); err == nil {
			key = decoded
		}
		before, _, _ := strings.Cut(strings.TrimLeft(key, " "), "\x00")
		if strings.EqualFold(strings.NewReplacer(".", "_", " ", "_", "[", "_").Replace(before), name) {
			return true
		}
	}
	return false
}
