// Package caddy guards routes of the Caddy web server with attrgate.
//
// Build a Caddy that has it, from a checkout of the repository, and start it:
//
//	cd examples/caddy && GOWORK=off go build -o caddy ./cmd/caddy
//	./caddy run --config Caddyfile
//
// From a release on, "xcaddy build --with github.com/attrgate/attrgate/examples/caddy" does the
// same. In a Caddyfile the directive names a file with the policy, as JSON:
//
//	attrgate policy.json
//
// Caddy takes an argument that begins with a slash for a matcher of paths, so an absolute name
// needs one before it: attrgate * /etc/caddy/policy.json.
//
// The directive runs behind method, rewrite, uri and try_files, wherever it stands, so that the
// gate sees the path as the backend will. Inside of "route", and in Caddy's own JSON, the order
// is that of the text: put it last before reverse_proxy there.
//
// In Caddy's own JSON the policy stands in the handler itself:
//
//	{"handler": "attrgate", "policy": {"issuers": [...]}}
package caddy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// Caddy knows its modules only from what they register at their start.
func init() {
	caddy.RegisterModule(Handler{})
	httpcaddyfile.RegisterHandlerDirective("attrgate", parseDirective)
	// Behind everything that changes a path: the gate must see the path as the backend will.
	httpcaddyfile.RegisterDirectiveOrder("attrgate", httpcaddyfile.After, "try_files")
}

// Handler is a gate in a chain of Caddy's handlers.
type Handler struct {
	// Policy is the policy.
	Policy json.RawMessage `json:"policy,omitempty"`

	gate *middleware.Gate
	log  *zap.Logger
}

// CaddyModule names the module.
func (Handler) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "http.handlers.attrgate", New: func() caddy.Module { return new(Handler) }}
}

// Provision compiles the policy. With problems in it, Caddy keeps the configuration that it has.
func (h *Handler) Provision(ctx caddy.Context) (err error) {
	h.log = ctx.Logger()
	h.gate, err = compile(h.Policy, middleware.Options{OnDecision: h.decided})
	return err
}

func compile(text []byte, options middleware.Options) (*middleware.Gate, error) {
	p, err := policy.Parse(text)
	if err != nil {
		return nil, err
	}
	return middleware.New(p, options)
}

// ServeHTTP answers for the gate, or hands the request on.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request, next caddyhttp.Handler) (err error) {
	h.gate.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err = next.ServeHTTP(w, r)
	})).ServeHTTP(w, r)
	return err
}

// decided logs a decision, which holds no value, key or token.
func (h *Handler) decided(_ *http.Request, d middleware.Decision) {
	if d.Outcome == middleware.Passed {
		return
	}
	fields := []zap.Field{zap.String("route", d.Route), zap.String("subject", d.Subject), zap.Strings("names", d.Names)}
	if d.Refusal != nil {
		fields = append(fields, zap.String("code", string(d.Refusal.Code)))
	}
	h.log.Info(string(d.Outcome), fields...)
}

// parseDirective reads "attrgate FILE".
func parseDirective(helper httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	var h Handler
	return &h, h.UnmarshalCaddyfile(helper.Dispenser)
}

// UnmarshalCaddyfile reads the file that the directive names.
func (h *Handler) UnmarshalCaddyfile(d *caddyfile.Dispenser) (err error) {
	var name string
	if d.Next(); !d.AllArgs(&name) {
		return d.Err("attrgate takes the name of one policy file; an absolute one needs a matcher before it: attrgate * /etc/caddy/policy.json")
	}
	if h.Policy, err = os.ReadFile(name); err != nil {
		return d.WrapErr(err)
	}
	// Provision finds the same, and does not know the file.
	if _, err = compile(h.Policy, middleware.Options{}); err != nil {
		return d.WrapErr(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}
