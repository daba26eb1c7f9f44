// Package e2e has no code of its own: its tests run attrgate as its users do, in the
// interpreter and in the Traefik that users have. It is a module of its own because
// it needs Traefik, which nobody who uses attrgate should have to download, and which
// the plugin catalogue does not allow in the root module.
//
//	cd e2e && GOWORK=off go test ./...          everything; builds Traefik once
//	cd e2e && GOWORK=off go test -short ./...   without Traefik itself and the OAuth server
//
// The environment variable ATTRGATE_TRAEFIK may name a Traefik binary to use instead
// of building one.
package e2e
