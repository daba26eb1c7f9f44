module github.com/attrgate/attrgate/examples/chi

go 1.25.0

require (
	github.com/attrgate/attrgate v0.1.0
	github.com/go-chi/chi/v5 v5.5.0
)

require (
	github.com/tidwall/gjson v1.18.0 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
	github.com/tidwall/sjson v1.2.5 // indirect
)

replace github.com/attrgate/attrgate => ../..
