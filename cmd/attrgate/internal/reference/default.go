package reference

import (
	"encoding/json"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// addDefaults takes the defaults of routes from the policy itself, which writes them out.
func addDefaults(file *Section) error {
	written := policy.Route{Match: "PUT /x", Name: "x", Forward: policy.Forward{Credentials: policy.Credentials{TokenURL: "x"}}}
	expanded := policy.Policy{Routes: []policy.Route{written}}.Expand().Routes[0]
	text, err := json.Marshal(expanded)
	if err != nil {
		return err
	}
	var route any
	if err := json.Unmarshal(text, &route); err != nil {
		return err
	}
	file.Each(func(f *Field) {
		path, of := strings.CutPrefix(f.Path, "routes[].")
		if !of || f.Kind == Object || f.Name == "match" || path == "name" || f.Name == "tokenURL" {
			return
		}
		if value := find(route, strings.Split(path, ".")); value != nil && value != false {
			f.Default = asJSON(value)
		}
	})
	return nil
}

// find returns the first value at a path; of a list with [] behind its name, those of any
// element count, but for the last name, which is the list itself.
func find(value any, path []string) any {
	name, list := strings.CutSuffix(path[0], "[]")
	object, _ := value.(map[string]any)
	inner := object[name]
	if len(path) == 1 || inner == nil {
		return inner
	}
	if !list {
		return find(inner, path[1:])
	}
	elements, _ := inner.([]any)
	for _, element := range elements {
		if found := find(element, path[1:]); found != nil {
			return found
		}
	}
	return nil
}

func asJSON(value any) string {
	text, _ := json.Marshal(value) // it came from JSON or YAML
	return string(text)
}
