package peer

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func nginx(site Site) (Server, error) {
	return nginxServer(newValues(site))
}

// nginxJS checks the signature each time: njs before 0.8 has no memory that requests share.
func nginxJS(site Site) (Server, error) {
	v := newValues(site)
	v.Module = "/usr/lib/nginx/modules/ngx_http_js_module.so"
	if _, err := os.Stat(v.Module); err != nil {
		return Server{}, fmt.Errorf("not installed: apt-get install libnginx-mod-http-js")
	}
	spki, err := site.Signer.SPKI()
	if err != nil {
		return Server{}, err
	}
	v.SPKI = base64.StdEncoding.EncodeToString(spki)
	if err := write(v, "gate.js"); err != nil {
		return Server{}, err
	}
	return nginxServer(v)
}

func nginxServer(v values) (Server, error) {
	binary, err := installed("nginx", "nginx")
	if err != nil {
		return Server{}, err
	}
	return Server{
		Command: []string{binary, "-p", v.Dir, "-c", "nginx.conf"},
		Version: firstLine(binary, "-v"),
	}, write(v, "nginx.conf")
}

func haproxy(site Site) (Server, error) { return haproxyServer(newValues(site)) }

func haproxyJWT(site Site) (Server, error) {
	v := newValues(site)
	key, err := site.Signer.PEM()
	if err != nil {
		return Server{}, err
	}
	v.Key = filepath.Join(site.Dir, "key.pem")
	if err := os.WriteFile(v.Key, []byte(key), 0o644); err != nil {
		return Server{}, err
	}
	return haproxyServer(v)
}

func haproxyServer(v values) (Server, error) {
	binary, err := installed("haproxy", "haproxy")
	if err != nil {
		return Server{}, err
	}
	return Server{Command: []string{binary, "-db", "-f", "haproxy.cfg"}, Version: firstLine(binary, "-v")}, write(v, "haproxy.cfg")
}

func apache(site Site) (Server, error) { return apacheServer(newValues(site)) }

// apacheOAuth2 accepts the scopes of the good tokens as one text: Debian's build of the module
// compares whole claims only. What it has verified it remembers.
func apacheOAuth2(site Site) (Server, error) {
	v := newValues(site)
	key, err := site.Signer.JWK()
	if err != nil {
		return Server{}, err
	}
	v.JWK = strings.ReplaceAll(string(key), `"`, `\"`)
	return apacheServer(v)
}

func apacheServer(v values) (Server, error) {
	binary, err := installed("apache2", "apache2")
	if err != nil {
		return Server{}, err
	}
	v.Modules = "/usr/lib/apache2/modules"
	if _, err := os.Stat(filepath.Join(v.Modules, "mod_oauth2.so")); v.JWK != "" && err != nil {
		return Server{}, fmt.Errorf("not installed: apt-get install libapache2-mod-oauth2")
	}
	return Server{
		Command: []string{binary, "-D", "FOREGROUND", "-f", filepath.Join(v.Dir, "httpd.conf")},
		Version: firstLine(binary, "-v"),
	}, write(v, "httpd.conf")
}

func caddy(site Site) (Server, error) { return caddyServer(newValues(site)) }

func caddyAttrgate(site Site) (Server, error) {
	v := newValues(site)
	var err error
	if v.Policy, err = writePolicy(site); err != nil {
		return Server{}, err
	}
	return caddyServer(v)
}

// caddyServer is the Caddy of examples/caddy, with the module in it or left unused.
func caddyServer(v values) (Server, error) {
	module := filepath.Join(v.Site.Root, "examples", "caddy")
	binary, err := build(module, "./cmd/caddy", "caddy")
	if err != nil {
		return Server{}, err
	}
	version, err := required(module, "github.com/caddyserver/caddy/v2")
	if err != nil {
		return Server{}, err
	}
	return Server{Command: []string{binary, "run", "--config", "Caddyfile"}, Version: "Caddy " + version}, write(v, "Caddyfile")
}

// caddySecurity asks for the module each time, so that the tables say why it is not in them.
// Where it can be had, somebody has to write down how it is built and configured.
func caddySecurity(Site) (Server, error) {
	wanted := release{"github.com/greenpau/caddy-security", "v1.1.31"}
	_, _, err := wanted.download()
	if err == nil {
		err = fmt.Errorf("%s can be had, but nobody has written down its configuration", wanted)
	}
	return Server{}, err
}
