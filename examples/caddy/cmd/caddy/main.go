// Caddy is the Caddy web server with attrgate in it.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/attrgate/attrgate/examples/caddy"
)

func main() {
	caddycmd.Main()
}
