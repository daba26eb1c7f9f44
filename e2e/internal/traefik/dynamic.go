package traefik

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Router is one router of a dynamic configuration.
type Router struct {
	// Name names the router and its middleware.
	Name string
	// Rule is Traefik's rule, such as "ClientIP(`127.0.0.2`)".
	Rule string
	// Policy is the plugin's configuration as JSON; nil: no middleware.
	Policy []byte
}

// Dynamic returns a dynamic configuration in which all routers lead to one backend,
// given as a URL.
func Dynamic(backend string, routers []Router) (map[string]any, error) {
	routes, middlewares := object{}, object{}
	for _, r := range routers {
		route := object{"rule": r.Rule, "service": "backend", "entryPoints": []string{"web"}}
		if r.Policy != nil {
			policy, err := untemplated(r.Policy)
			if err != nil {
				return nil, err
			}
			middlewares[r.Name] = object{"plugin": object{"attrgate": policy}}
			route["middlewares"] = []string{r.Name}
		}
		routes[r.Name] = route
	}
	http := object{"routers": routes, "services": object{"backend": object{
		"loadBalancer": object{"servers": []object{{"url": backend}}},
	}}}
	if len(middlewares) > 0 {
		http["middlewares"] = middlewares
	}
	return object{"http": http}, nil
}

// untemplated hides two opening braces from the file provider, which takes every file
// for a Go template. In compact JSON they can only be within a string.
func untemplated(policy []byte) (json.RawMessage, error) {
	var compact bytes.Buffer
	err := json.Compact(&compact, policy)
	return json.RawMessage(strings.ReplaceAll(compact.String(), "{{", `{\u007b`)), err
}
