// Package query looks for parameters in a query as any backend might read it.
package query

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/internal/escape"
)

// The characters that divide a query, apart from those that are encoded and divide nothing;
// and what PHP turns into underscores.
var (
	dividers = strings.NewReplacer("%26", "/", "%3b", "/", "%3d", "/", ";", "&", "+", " ")
	marks    = strings.NewReplacer(".", "_", "[", "_")
)

// Has tells whether a raw query has a parameter of the given name, which is in small letters,
// compared without regard to letter case.
//
// It is wider than url.Values.Has, which drops what Go cannot parse: other servers divide
// parameters at semicolons too, and read names beside values that are not well encoded. PHP
// turns dots, spaces and brackets of names into underscores, drops spaces in front, and ends
// a name at a null.
func Has(raw, name string) bool {
	if raw == "" {
		return false
	}
	text := marks.Replace(escape.Decode(dividers.Replace(escape.Lower("&" + raw + "&"))))
	for strings.Contains(text, "  ") {
		text = strings.ReplaceAll(text, "  ", " ")
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "& ", "&"), " ", "_")
	text = strings.ToLower(strings.ToUpper(text)) // beyond ASCII too: the Kelvin sign is a k
	return strings.Contains(text, "&"+name+"&") || strings.Contains(text, "&"+name+"=") || strings.Contains(text, "&"+name+"\x00")
}
