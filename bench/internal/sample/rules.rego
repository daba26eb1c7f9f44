package attrgate.bench

default allow := false

short := {"Model", "%visitor.custominfo.Model%", "Branch", "%visitor.custominfo.Branch%"}

allow if permitted(input.scope, input.body)

permitted(scope, body) if {
	"SalesIQ.conversations.UPDATE" in split(scope, " ")
	attributes := body.customer_info
	count(attributes) <= 50
	count(attributes) == count(fitting(attributes))
}

fitting(attributes) := {name |
	some name, value in attributes
	is_string(value)
	count(value) >= 1
	count(value) <= limit(name)
}

limit(name) := 50 if name in short

limit(name) := 2000 if not name in short
