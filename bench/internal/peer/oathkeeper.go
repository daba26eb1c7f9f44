package peer

import (
	"encoding/json"
	"errors"
	"net"
	"path/filepath"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

var oathkeeperRelease = release{"github.com/ory/oathkeeper", "v0.40.9"}

// nothing is how Oathkeeper spells that it checks, and changes, nothing.
var nothing = []object{{"handler": "noop"}}

func oathkeeper(site Site) (Server, error) { return oathkeeperServer(site, nothing) }

// oathkeeperJWT checks the signature each time: its authenticator remembers keys, and no tokens.
func oathkeeperJWT(site Site) (Server, error) {
	return oathkeeperServer(site, []object{{"handler": "jwt", "config": object{
		"trusted_issuers": []string{sample.Issuer}, "target_audience": []string{sample.Audience},
		"required_scope": []string{sample.Required}, "scope_strategy": "exact",
	}}})
}

// oathkeeperServer listens for its API and its metrics as well, wherever there is room. How many
// idle connections it keeps to the backend, two, is not for the configuration to say.
func oathkeeperServer(site Site, authenticators []object) (Server, error) {
	binary, err := oathkeeperRelease.build(".")
	if err != nil {
		return Server{}, err
	}
	host, port, err := net.SplitHostPort(site.Listen)
	if err != nil {
		return Server{}, err
	}
	rules := filepath.Join(site.Dir, "rules.json")
	anywhere, enabled := object{"host": host, "port": 0}, object{"enabled": true}
	server := Server{
		Command: []string{binary, "serve", "--config", "oathkeeper.json", "--disable-telemetry"},
		Version: "Oathkeeper " + oathkeeperRelease.version,
	}
	return server, errors.Join(
		writeJSON(rules, []object{
			oathkeeperRule(site, "open", "/", nothing),
			oathkeeperRule(site, "guarded", "/api/v2/<.*>", authenticators),
		}),
		writeJSON(filepath.Join(site.Dir, "oathkeeper.json"), object{
			"log":            object{"level": "error"},
			"serve":          object{"proxy": object{"host": host, "port": json.Number(port)}, "api": anywhere, "prometheus": anywhere},
			"access_rules":   object{"repositories": []string{"file://" + rules}, "matching_strategy": "regexp"},
			"authenticators": object{"noop": enabled, "jwt": object{"enabled": true, "config": object{"jwks_urls": []string{site.Keys}}}},
			"authorizers":    object{"allow": enabled},
			"mutators":       object{"noop": enabled},
		}),
	)
}

func oathkeeperRule(site Site, id, path string, authenticators []object) object {
	return object{
		"id":             id,
		"match":          object{"url": "http://" + site.Listen + path, "methods": []string{"GET", "PUT"}},
		"upstream":       object{"url": "http://" + site.Backend},
		"authenticators": authenticators,
		"authorizer":     object{"handler": "allow"},
		"mutators":       nothing,
	}
}
