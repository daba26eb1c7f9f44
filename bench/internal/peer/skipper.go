package peer

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// skipperRelease is not the newest: of what 0.27.0 requires, not everything could be had.
var skipperRelease = release{"github.com/zalando/skipper", "v0.26.0"}

func skipper(site Site) (Server, error) {
	return skipperServer(newValues(site))
}

// skipperJWT checks the signature each time. The query for the scope finds it within the claim,
// without asking where words begin: a query has no spaces.
func skipperJWT(site Site) (Server, error) {
	v := newValues(site)
	v.Filters = "jwt"
	return skipperServer(v)
}

// skipperOPA asks the Open Policy Agent that is built into Skipper, which is told to remember
// as many tokens as the gate does.
func skipperOPA(site Site) (Server, error) {
	v := newValues(site)
	v.Filters = "opa"
	keys, err := site.Signer.JWKS()
	if err != nil {
		return Server{}, err
	}
	v.JWKS = string(keys)
	policies := filepath.Join(site.Dir, "policies")
	if err := os.Mkdir(policies, 0o755); err != nil {
		return Server{}, err
	}
	if err := errors.Join(
		write(v, "authz.rego"),
		os.Rename(filepath.Join(site.Dir, "authz.rego"), filepath.Join(policies, "authz.rego")),
		os.WriteFile(filepath.Join(policies, "rules.rego"), []byte(sample.Rego()), 0o644),
		writeJSON(filepath.Join(site.Dir, "opa.json"), object{
			"bundles": object{"gate": object{"resource": "file://" + policies}},
			"plugins": object{"envoy_ext_authz_grpc": object{"path": "envoy/authz/allow"}},
			"caching": object{"inter_query_builtin_value_cache": object{"named": object{
				"io_jwt": object{"disabled": false, "max_num_entries": sample.Remembered},
			}}},
		}),
	); err != nil {
		return Server{}, err
	}
	return skipperServer(v, "-enable-open-policy-agent", "-open-policy-agent-config-template", "opa.json")
}

func skipperServer(v values, flags ...string) (Server, error) {
	binary, err := skipperRelease.build("./cmd/skipper")
	if err != nil {
		return Server{}, err
	}
	command := []string{
		binary, "-address", v.Listen, "-routes-file", "routes.eskip", "-wait-first-route-load",
		"-support-listener=", "-access-log-disabled", "-application-log-level", "ERROR", "-idle-conns-num", "256",
	}
	return Server{Command: append(command, flags...), Version: "Skipper " + skipperRelease.version}, write(v, "routes.eskip")
}
