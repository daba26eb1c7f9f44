package scaffold

import (
	"path/filepath"
	"strings"
)

// Next lists the commands to go on with, for files below a folder. One that a shell would
// take apart is quoted.
func (p Plan) Next(dir string) string {
	at := func(name string) string { return shell(filepath.Join(dir, name)) }
	lines := []string{
		"attrgate check --strict " + at(p.PolicyFile()),
		"attrgate test " + at("cases"),
	}
	if p.IntrospectionURL != "" {
		lines = append(lines, "export ATTRGATE_CLIENT_SECRET=...   # of the client "+p.ClientID)
	}
	if p.Backend == "http://127.0.0.1:9000" {
		lines = append(lines, "attrgate sandbox &   # stands in for the backend")
	}
	if p.For == Gateway {
		return indented(append(lines, "attrgate serve --config "+at(p.PolicyFile())))
	}
	return indented(append(lines,
		"git clone https://github.com/attrgate/attrgate "+at("plugins-local/src/github.com/attrgate/attrgate"),
		"cd "+shell(dir)+" && traefik --configFile=traefik.yml",
		"attrgate convert policy.yaml --to traefik-yaml -o dynamic/attrgate.yaml   # after each change of the policy",
	))
}

func indented(lines []string) string { return "  " + strings.Join(lines, "\n  ") + "\n" }

// shell quotes a path for a shell if it has to be.
func shell(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
