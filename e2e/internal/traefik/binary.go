// Package traefik builds, configures, starts and stops a real Traefik.
package traefik

import "github.com/attrgate/attrgate/e2e/internal/program"

const module = "github.com/traefik/traefik/v3"

// Binary returns the path of a Traefik: the one that the environment variable
// ATTRGATE_TRAEFIK names, or one built from this module's go.mod. It has to be called with
// a folder of this module as the working directory.
func Binary() (string, error) {
	return program.Server{
		Name: "traefik", Env: "ATTRGATE_TRAEFIK", Module: module, Package: module + "/cmd/traefik",
	}.Binary()
}
