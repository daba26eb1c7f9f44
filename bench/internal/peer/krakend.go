package peer

import (
	"encoding/json"
	"net"
	"path/filepath"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// krakenDRelease is from 2021: newer ones could not be had.
var krakenDRelease = release{"github.com/devopsfaith/krakend-ce", "v1.4.1"}

// Where KrakenD looks for the configuration of its validators.
const (
	krakenDJOSE   = "github.com/devopsfaith/krakend-jose/validator"
	krakenDSchema = "github.com/devopsfaith/krakend-jsonschema"
)

func krakenD(site Site) (Server, error) { return krakenDServer(site, object{}) }

// krakenDJWT checks the signature each time: its validator remembers keys, and no tokens.
func krakenDJWT(site Site) (Server, error) {
	return krakenDServer(site, object{krakenDJOSE: validator(site)})
}

func krakenDBody(site Site) (Server, error) {
	var schema object
	if err := json.Unmarshal(sample.Schema(), &schema); err != nil {
		return Server{}, err
	}
	delete(schema, "$schema") // its library knows older drafts only, which say the same of these rules
	return krakenDServer(site, object{krakenDJOSE: validator(site), krakenDSchema: schema})
}

func validator(site Site) object {
	return object{
		"alg": "RS256", "jwk-url": site.Keys, "disable_jwk_security": true, "cache": true,
		"issuer": sample.Issuer, "audience": []string{sample.Audience},
		"scopes": []string{sample.Required}, "scopes_key": "scope", "scopes_matcher": "all",
	}
}

func krakenDServer(site Site, guards object) (Server, error) {
	binary, err := krakenDRelease.build("./cmd/krakend-ce")
	if err != nil {
		return Server{}, err
	}
	_, port, err := net.SplitHostPort(site.Listen)
	if err != nil {
		return Server{}, err
	}
	server := Server{
		Command:   []string{binary, "run", "--config", "krakend.json"},
		Variables: []string{"USAGE_DISABLE=1"}, // or it would tell its makers about itself
		Version:   "KrakenD CE " + krakenDRelease.version,
	}
	return server, writeJSON(filepath.Join(site.Dir, "krakend.json"), object{
		"version": 2, "port": json.Number(port), "timeout": "60s", "max_idle_connections_per_host": 256,
		"extra_config": object{"github_com/devopsfaith/krakend-gologging": object{"level": "ERROR", "stdout": true}},
		"endpoints": []object{
			krakenDEndpoint(site, "GET", "/", object{}),
			krakenDEndpoint(site, "PUT", "/api/v2/{screen}/conversations/{conversation}", guards),
		},
	})
}

func krakenDEndpoint(site Site, method, path string, guards object) object {
	return object{
		"endpoint": path, "method": method, "output_encoding": "no-op", "headers_to_pass": []string{"*"}, "extra_config": guards,
		"backend": []object{{"host": []string{"http://" + site.Backend}, "url_pattern": path, "method": method, "encoding": "no-op"}},
	}
}
