package tree

import (
	"fmt"
	"strings"
	"unicode"
)

// escapes are those that JSON, YAML and TOML share.
var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// quote writes a text between double quotes, for JSON, YAML and TOML alike. Traefik's file
// provider takes files for Go templates, so two braces never stand together.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range strings.ReplaceAll(escapes.Replace(text), "{{", `{\u007b`) {
		if r <= 0xffff && !unicode.IsGraphic(r) { // beyond, YAML and TOML take it as it is
			fmt.Fprintf(&out, `\u%04x`, r)
			continue
		}
		out.WriteRune(r)
	}
	out.WriteByte('"')
	return out.String()
}
