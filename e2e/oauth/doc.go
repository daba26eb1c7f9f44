// Package oauth has no code of its own: its tests put the gate between a client, a real
// OAuth 2 server and the sandbox, each a process of its own. The server is glewlwyd, which
// Debian has; it is written in C and shares no code with attrgate. TestHydra has another,
// Ory Hydra, which is built as e2e/hydra/go.mod pins it.
//
//	apt-get install glewlwyd dbconfig-sqlite3 sqlite3 gcc
//	cd e2e && GOWORK=off go test ./oauth
package oauth
