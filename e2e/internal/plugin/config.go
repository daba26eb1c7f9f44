package plugin

import (
	"fmt"
	"reflect"

	"github.com/mitchellh/mapstructure"
	"github.com/traefik/paerser/file"
)

// Values reads a configuration as Traefik's file provider does, which keeps no types:
// numbers and booleans arrive at a plugin as strings.
func Values(yamlOrJSON []byte) (map[string]any, error) {
	var document struct {
		Plugin map[string]any `yaml:"plugin"`
	}
	content := fmt.Sprintf("plugin: %s", yamlOrJSON)
	if err := file.DecodeContent(content, ".yaml", &document); err != nil {
		return nil, err
	}
	return document.Plugin, nil
}

// Decode fills the plugin's configuration with the values, as Traefik and the
// catalogue do.
func Decode(config reflect.Value, values map[string]any) error {
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		DecodeHook:       mapstructure.StringToSliceHookFunc(","),
		WeaklyTypedInput: true,
		Result:           config.Interface(),
	})
	if err != nil {
		return err
	}
	return decoder.Decode(values)
}
