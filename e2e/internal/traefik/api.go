package traefik

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// state is what the API tells of a router or a middleware.
type state struct {
	Status string   `json:"status"`
	Error  []string `json:"error"`
}

// Disabled asks Traefik's API which routers and middlewares it could not build. Each
// line names one and gives Traefik's reasons.
func Disabled(api string) ([]string, error) {
	response, err := http.Get("http://" + api + "/api/rawdata")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var data struct{ Routers, Middlewares map[string]state }
	if err := json.NewDecoder(response.Body).Decode(&data); err != nil {
		return nil, err
	}
	return append(disabled(data.Routers), disabled(data.Middlewares)...), nil
}

func disabled(states map[string]state) []string {
	var lines []string
	for name, s := range states {
		if s.Status != "enabled" {
			lines = append(lines, fmt.Sprintf("%s is %s: %s", name, s.Status, strings.Join(s.Error, "; ")))
		}
	}
	return lines
}
