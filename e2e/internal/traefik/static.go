package traefik

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// object is a node of a configuration. Configurations are written as JSON, which is
// YAML as well.
type object map[string]any

// Addresses are where a Traefik listens, each "host:port".
type Addresses struct {
	// Web is the entry point for requests.
	Web string
	// Secure is the entry point websecure, as Traefik's chart names it; empty: none.
	Secure string
	// API is the entry point of Traefik's own API; empty: no API.
	API string
}

// Static returns a static configuration with the file provider, whose file is
// dynamic.yml. Traefik changes and refuses some paths before any plugin sees them;
// what can be switched off of this is off.
func Static(at Addresses) map[string]any {
	entryPoints := object{"web": object{"address": at.Web, "http": object{
		"sanitizePath":      false,
		"encodedCharacters": allowAll(),
	}}}
	static := object{
		"global":      object{"checkNewVersion": false, "sendAnonymousUsage": false},
		"log":         object{"level": "INFO", "noColor": true},
		"providers":   object{"file": object{"filename": "dynamic.yml", "watch": false}},
		"entryPoints": entryPoints,
	}
	if at.Secure != "" {
		entryPoints["websecure"] = object{"address": at.Secure}
	}
	if at.API != "" {
		entryPoints["traefik"] = object{"address": at.API}
		static["api"] = object{"insecure": true}
	}
	return static
}

// WithPlugin adds the plugin in local mode, under the name attrgate.
func WithPlugin(static map[string]any) map[string]any {
	static["experimental"] = object{"localPlugins": object{"attrgate": object{"moduleName": plugin.Module}}}
	return static
}

func allowAll() object {
	allowed := object{}
	for _, character := range []string{
		"Slash", "BackSlash", "NullCharacter", "Semicolon", "Percent", "QuestionMark", "Hash",
	} {
		allowed["allowEncoded"+character] = true
	}
	return allowed
}

// Folder makes dir a folder that Traefik can be started in: the two configurations,
// and the plugin's source, which is the repository at root.
func Folder(dir, root string, static, dynamic map[string]any) error {
	if err := plugin.Link(filepath.Join(dir, "plugins-local"), root); err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(dir, "traefik.yml"), static); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, "dynamic.yml"), dynamic)
}

func writeJSON(file string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
