// Package schema holds the JSON Schema of policy files. It is generated: see internal/pages.
package schema

import _ "embed"

// Document is the schema, of draft 2020-12.
//
//go:embed attrgate.schema.json
var Document []byte
