package peer

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

const traefikModule = "github.com/traefik/traefik/v3"

// object is a node of a configuration, which is written as JSON; that is YAML as well.
type object map[string]any

// plugin is an interpreted plugin in front of the backend.
type plugin struct {
	release
	config any
}

func bareTraefik(site Site) (Server, error) { return traefik(site, nil) }

func passThrough(site Site) (Server, error) {
	p := &plugin{release: release{module: "example.com/passthrough"}, config: object{}}
	if err := linkPlugin(site, p.module, filepath.Join(site.Root, "bench", "testdata", "passthrough")); err != nil {
		return Server{}, err
	}
	return traefik(site, p)
}

func attrgatePlugin(site Site) (Server, error) {
	policy, err := site.Signer.PolicyJSON()
	if err != nil {
		return Server{}, err
	}
	p := &plugin{release: release{module: "github.com/attrgate/attrgate"}, config: json.RawMessage(policy)}
	if err := linkPlugin(site, p.module, site.Root); err != nil {
		return Server{}, err
	}
	return traefik(site, p)
}

// traefikJWTPlugin is configured by its documentation, and untried: the module proxy did not
// give it when this was written.
func traefikJWTPlugin(site Site) (Server, error) {
	key, err := site.Signer.PEM()
	if err != nil {
		return Server{}, err
	}
	return foreignPlugin(site, plugin{release: release{"github.com/team-carepay/traefik-jwt-plugin", latest}, config: object{
		"Required": true, "Keys": []string{key}, "Alg": "RS256", "PayloadFields": []string{"exp"},
	}})
}

// jwtMiddleware is configured by its documentation, and untried like the other.
func jwtMiddleware(site Site) (Server, error) {
	key, err := site.Signer.PEM()
	if err != nil {
		return Server{}, err
	}
	return foreignPlugin(site, plugin{release: release{"github.com/agilezebra/jwt-middleware", latest}, config: object{
		"secret": key, "skipPrefetch": true, "require": object{"iss": sample.Issuer, "aud": sample.Audience},
	}})
}

// foreignPlugin copies a module of the module proxy, with what it requires in a vendor
// folder, as the plugin catalogue asks for.
func foreignPlugin(site Site, p plugin) (Server, error) {
	source, version, err := p.download()
	if err != nil {
		return Server{}, err
	}
	p.version = version
	dir := pluginFolder(site, p.module)
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		return Server{}, err
	}
	if _, err := goAlone(dir, "mod", "vendor"); err != nil {
		return Server{}, err
	}
	return traefik(site, &p)
}

func pluginFolder(site Site, module string) string {
	return filepath.Join(site.Dir, "plugins-local", "src", filepath.FromSlash(module))
}

func linkPlugin(site Site, module, source string) error {
	dir := pluginFolder(site, module)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	return os.Symlink(source, dir)
}

// traefik configures a Traefik, with a plugin if there is one.
func traefik(site Site, p *plugin) (Server, error) {
	binary, version, err := traefikBinary(site.Root)
	if err != nil {
		return Server{}, err
	}
	static := object{
		"global":      object{"checkNewVersion": false, "sendAnonymousUsage": false},
		"log":         object{"level": "ERROR", "noColor": true},
		"providers":   object{"file": object{"filename": "dynamic.yml", "watch": false}},
		"entryPoints": object{"web": object{"address": site.Listen}},
	}
	router := object{"rule": "PathPrefix(`/`)", "service": "backend", "entryPoints": []string{"web"}}
	http := object{"routers": object{"all": router}, "services": object{"backend": object{
		"loadBalancer": object{"servers": []object{{"url": "http://" + site.Backend}}},
	}}}
	if p != nil {
		static["experimental"] = object{"localPlugins": object{"guard": object{"moduleName": p.module}}}
		router["middlewares"] = []string{"guard"}
		http["middlewares"] = object{"guard": object{"plugin": object{"guard": p.config}}}
		version = strings.TrimSpace(version + ", plugin " + p.version)
	}
	return Server{Command: []string{binary, "--configFile=traefik.yml"}, Version: strings.TrimSuffix(version, ", plugin")}, errors.Join(
		writeJSON(filepath.Join(site.Dir, "traefik.yml"), static),
		writeJSON(filepath.Join(site.Dir, "dynamic.yml"), object{"http": http}),
	)
}

func writeJSON(file string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// traefikBinary is the one that the tests in e2e have built, or one built in the same way.
func traefikBinary(root string) (binary, version string, err error) {
	e2e := filepath.Join(root, "e2e")
	if version, err = required(e2e, traefikModule); err != nil {
		return "", "", err
	}
	if named := os.Getenv("ATTRGATE_TRAEFIK"); named != "" {
		return named, firstLine(named, "version"), nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", "", err
	}
	binary = filepath.Join(base, "attrgate-e2e", "traefik-"+version)
	if _, err := os.Stat(binary); !errors.Is(err, fs.ErrNotExist) {
		return binary, "Traefik " + version, err
	}
	binary, err = build(e2e, traefikModule+"/cmd/traefik", "traefik-"+version)
	return binary, "Traefik " + version, err
}
