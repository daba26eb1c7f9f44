// Package peer has the servers that are compared: how each is built or found, configured and
// started.
package peer

import (
	"embed"
	"os"
	"path/filepath"
	"runtime"
	"text/template"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// Peer is a server with a configuration.
type Peer struct {
	Name string

	// Base is the name of the same server that guards nothing. If empty, there is none.
	Base string

	// Does says how much of the job it does.
	Does sample.Job

	// Fresh says that each request must carry another token, so that none is remembered.
	Fresh bool

	// Rewrites says that keys are unwrapped in the body.
	Rewrites bool

	// Prepare finds or builds the server and writes its configuration into site.Dir. An
	// error says why this peer cannot be had here.
	Prepare func(site Site) (Server, error)
}

// Site is what a peer is given.
type Site struct {
	// Root is the repository, Dir an empty folder for the peer, both absolute.
	Root, Dir string

	// Listen and Backend are host:port, Keys is the URL of the signer's JWK set.
	Listen, Backend, Keys string

	Signer *sample.Signer
}

// Server is a peer that is ready to be started.
type Server struct {
	// Command starts it in the foreground, in Site.Dir.
	Command []string

	// Variables are for its environment, each as NAME=value.
	Variables []string

	// Version says what it is.
	Version string
}

// Names of servers that reports refer to.
const (
	GoProxy        = "Go reverse proxy"
	BareTraefik    = "Traefik"
	PassThrough    = "Traefik, pass-through plugin"
	BareNginx      = "nginx"
	BareHAProxy    = "HAProxy"
	BareCaddy      = "Caddy"
	BareApache     = "Apache"
	BareKrakenD    = "KrakenD CE 1.4"
	BareSkipper    = "Skipper"
	BareOathkeeper = "Oathkeeper"
	Gateway        = "attrgate serve"
	Plugin         = "Traefik, attrgate plugin"
	checked        = ", signature checked each time"
	TeamCarepay    = "Traefik, traefik-jwt-plugin"
	AgileZebra     = "Traefik, agilezebra/jwt-middleware"
	NginxJS        = "nginx + njs"
	ApacheOAuth    = "Apache, mod_oauth2"
	CaddyJWT       = "Caddy, caddy-security"
	KrakenD        = "KrakenD CE 1.4, JOSE"
)

// All returns the peers in the order of the tables.
func All() []Peer {
	return []Peer{
		{Name: GoProxy, Prepare: goProxy},
		{Name: Gateway, Base: GoProxy, Does: sample.Whole, Rewrites: true, Prepare: gateway},
		{Name: Gateway + checked, Base: GoProxy, Does: sample.Whole, Fresh: true, Rewrites: true, Prepare: gateway},
		{Name: BareTraefik, Prepare: bareTraefik},
		{Name: PassThrough, Base: BareTraefik, Prepare: passThrough},
		{Name: Plugin, Base: BareTraefik, Does: sample.Whole, Rewrites: true, Prepare: attrgatePlugin},
		{Name: Plugin + checked, Base: BareTraefik, Does: sample.Whole, Fresh: true, Rewrites: true, Prepare: attrgatePlugin},
		{Name: TeamCarepay, Base: BareTraefik, Does: sample.Token, Prepare: traefikJWTPlugin},
		{Name: AgileZebra, Base: BareTraefik, Does: sample.Token, Prepare: jwtMiddleware},
		{Name: BareNginx, Prepare: nginx},
		{Name: NginxJS, Base: BareNginx, Does: sample.Whole, Rewrites: true, Prepare: nginxJS},
		{Name: BareHAProxy, Prepare: haproxy},
		{Name: "HAProxy, jwt_verify", Base: BareHAProxy, Does: sample.Scope, Prepare: haproxyJWT},
		{Name: BareApache, Prepare: apache},
		{Name: ApacheOAuth, Base: BareApache, Does: sample.Scope, Prepare: apacheOAuth2},
		{Name: BareCaddy, Prepare: caddy},
		{Name: "Caddy, attrgate module", Base: BareCaddy, Does: sample.Whole, Rewrites: true, Prepare: caddyAttrgate},
		{Name: CaddyJWT, Base: BareCaddy, Does: sample.Token, Prepare: caddySecurity},
		{Name: BareKrakenD, Prepare: krakenD},
		{Name: KrakenD, Base: BareKrakenD, Does: sample.Scope, Prepare: krakenDJWT},
		{Name: KrakenD + ", JSON Schema", Base: BareKrakenD, Does: sample.Whole, Prepare: krakenDBody},
		{Name: BareSkipper, Prepare: skipper},
		{Name: "Skipper, JWT filters", Base: BareSkipper, Does: sample.Scope, Prepare: skipperJWT},
		{Name: "Skipper, OPA Rego", Base: BareSkipper, Does: sample.Whole, Prepare: skipperOPA},
		{Name: BareOathkeeper, Prepare: oathkeeper},
		{Name: "Oathkeeper, JWT", Base: BareOathkeeper, Does: sample.Scope, Prepare: oathkeeperJWT},
	}
}

//go:embed files
var files embed.FS

// values are what the files of all peers refer to.
type values struct {
	Site
	Root                bool // this process is root
	CPUs                int
	Module, Key, Policy string // paths; empty: without
	Modules             string // a folder
	SPKI                string // in base64
	JWK                 string // as JSON, its quotes escaped; empty: without
	JWKS                string // as JSON
	Filters             string // of what kind; empty: none
	Issuer, Audience    string
	Scope, Scopes       string // what a token needs, and all that one has
}

func newValues(site Site) values {
	return values{Site: site, Root: os.Geteuid() == 0, CPUs: runtime.NumCPU(), Issuer: sample.Issuer, Audience: sample.Audience, Scope: sample.Required, Scopes: sample.Scopes}
}

// write fills in a file of the peer.
func write(v values, name string) error {
	t, err := template.ParseFS(files, "files/"+name)
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(v.Dir, name))
	if err != nil {
		return err
	}
	if err := t.Execute(f, v); err != nil {
		return err
	}
	return f.Close()
}
