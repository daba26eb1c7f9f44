// Package openapi has no code of its own: its tests hold what `attrgate convert --to openapi`
// writes against a library for OpenAPI 3.1. It is a module of its own because nobody who uses
// attrgate needs that library.
//
//	cd e2e/openapi && GOWORK=off go test .
//
// The file testdata/wider.txt lists the cases that the gate refuses for their bodies and the
// description accepts. ATTRGATE_UPDATE=1 writes it anew.
package openapi
