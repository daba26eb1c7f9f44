package envoy.authz

import data.attrgate.bench

default allow := false

keys := `{{.JWKS}}`

allow if {
	header := input.attributes.request.http.headers.authorization
	startswith(header, "Bearer ")
	[valid, _, claims] := io.jwt.decode_verify(
		substring(header, 7, -1),
		{"cert": keys, "alg": "RS256", "iss": "{{.Issuer}}", "aud": "{{.Audience}}"},
	)
	valid
	bench.permitted(claims.scope, input.parsed_body)
}
