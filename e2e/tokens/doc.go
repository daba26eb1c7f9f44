// Package tokens has no code of its own: its tests hold the verifier of attrgate against
// two others that Go programs use, golang-jwt and go-jose, under one policy. What either
// refuses for a reason that attrgate claims to check, attrgate refuses; what both accept,
// attrgate accepts. Every kind of token on which the three differ is in one table, which
// is also docs/tokens-compared.md. It is a module of its own because of the two peers,
// which nobody who uses attrgate should have to download.
//
//	cd e2e/tokens && GOWORK=off go test ./...
//	cd e2e/tokens && GOWORK=off go test -fuzz FuzzAgainstPeers
package tokens
