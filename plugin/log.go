package plugin

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"

	"github.com/attrgate/attrgate/middleware"
)

// logger writes the decisions that an operator asks about, one a line. Traefik shows what
// a plugin prints at level DEBUG, and what it logs at level ERROR: refusals are the
// client's affair, but whoever runs a route in report mode wants to see its reports.
func logger(name string) func(*http.Request, middleware.Decision) {
	return func(_ *http.Request, d middleware.Decision) {
		switch d.Outcome {
		case middleware.Refused:
			fmt.Println(line(name, d))
		case middleware.Reported:
			log.Println(line(name, d))
		}
	}
}

func line(name string, d middleware.Decision) string {
	text, _ := json.Marshal(d) // plain strings and numbers always marshal
	return "attrgate " + name + ": " + string(text)
}
