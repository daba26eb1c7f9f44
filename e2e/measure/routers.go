package main

import (
	"context"
	"net/http"
	"runtime"

	"github.com/traefik/yaegi/interp"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
)

// buildGates measures what a router takes beside the tree: the first, and one more.
func buildGates(i *interp.Interpreter) (costs []cost, err error) {
	var p plugin.Plugin
	if p.FnNew, err = i.Eval("plugin.New"); err != nil {
		return nil, err
	}
	if p.FnCreateConfig, err = i.Eval("plugin.CreateConfig"); err != nil {
		return nil, err
	}
	values, err := plugin.Values([]byte(policy))
	if err != nil {
		return nil, err
	}
	var built []http.Handler
	for _, name := range []string{"the first router", "each further one"} {
		c, err := load(cost{name: name}, func() error {
			config, err := p.CreateConfig()
			if err != nil {
				return err
			}
			if err := plugin.Decode(config, values); err != nil {
				return err
			}
			gate, err := p.New(context.Background(), http.NotFoundHandler(), config, name)
			built = append(built, gate)
			return err
		})
		if err != nil {
			return nil, err
		}
		costs = append(costs, c)
	}
	runtime.KeepAlive(built)
	return costs, nil
}
