// Package openapi has no code of its own: its tests hold what `attrgate convert --to openapi`
// writes against a library for OpenAPI 3.1. It is a module of its own because nobody who uses
// attrgate needs that library.
//
//	cd e2e/openapi && GOWORK=off go test .
//
// The files testdata/wider.txt and testdata/wider-values.txt list the cases and the values that
// the gate refuses and the description accepts. ATTRGATE_UPDATE=1 writes them anew.
package openapi
