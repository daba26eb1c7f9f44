package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/middleware/policy"
)

// gatewayFlags are the flags that go before the section "gateway" of a file.
type gatewayFlags struct {
	listen, upstreams        []string
	admin                    string
	log                      *choice
	tls                      config.TLS
	drainDelay, drainTimeout time.Duration

	given func(name string) bool
}

func (f *gatewayFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&f.upstreams, "upstream", nil, "`[route=]URL` of a backend, optionally with a path to put before each request's; repeatable:\n"+
		"the plain one gets what no other is for (required here or in the file)")
	flags.StringArrayVar(&f.listen, "listen", nil, "`address` to listen on; port 0 takes a free one, systemd the sockets of systemd; repeatable (default 127.0.0.1:8080)")
	flags.StringVar(&f.admin, "admin", "", "`address` for operators: /healthz, /readyz, /metrics, /policy, /decisions and /reload (default: none)")
	f.log = addChoice(command, "log", "form of the decisions on stdout", "text", "json", "none")
	flags.StringVar(&f.tls.CertFile, "tls-cert", "", "`file` with the certificate chain, as PEM (default: no TLS)")
	flags.StringVar(&f.tls.KeyFile, "tls-key", "", "`file` with the certificate's key, as PEM")
	flags.StringVar(&f.tls.ClientCAFile, "tls-client-ca", "", "`file` with the authorities of client certificates, as PEM, for tokens that are bound to one")
	flags.DurationVar(&f.drainDelay, "drain-delay", 0, "`time` for which new requests are still taken at the end, while /readyz says 503 (default 0s)")
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 10*time.Second, "`time` that requests under way get at the end")
}

func (f *gatewayFlags) check() error {
	if (f.tls.CertFile == "") != (f.tls.KeyFile == "") {
		return errors.New("--tls-cert and --tls-key come together")
	}
	if f.drainDelay < 0 || f.drainTimeout < 0 {
		return errors.New("--drain-delay and --drain-timeout cannot be negative")
	}
	_, err := upstreamsOf(f.upstreams)
	return err
}

// serveFile is a file with the flags over it.
type serveFile = policyfile.File

// over puts the flags over a file that was read.
func (f *gatewayFlags) over(file *serveFile, err error) (*serveFile, error) {
	if err != nil {
		return nil, fmt.Errorf("reading the policy: %w", err)
	}
	g := &file.Gateway
	if f.given("upstream") {
		g.Upstreams, _ = upstreamsOf(f.upstreams) // check has looked
	}
	if f.given("listen") {
		g.Listen = f.listen
	}
	if f.given("tls-cert") {
		g.TLS.CertFile, g.TLS.KeyFile = f.tls.CertFile, f.tls.KeyFile
	}
	f.overTexts(g)
	if f.given("drain-delay") {
		g.Drain.Delay = f.drainDelay.String()
	}
	if f.given("drain-timeout") {
		g.Drain.Timeout = f.drainTimeout.String()
	}
	return file, f.named(checkOverlaid(file))
}

func (f *gatewayFlags) overTexts(g *config.Gateway) {
	for name, field := range map[string]struct {
		to   *string
		text string
	}{
		"admin":         {&g.Admin.Listen, f.admin},
		"log":           {&g.Log.Decisions, f.log.word},
		"tls-client-ca": {&g.TLS.ClientCAFile, f.tls.ClientCAFile},
	} {
		if f.given(name) {
			*field.to = field.text
		}
	}
}

// checkOverlaid looks at the section again: what the flags say is in no file, so there is
// no position. What is wrong with the file itself comes from its Problems.
func checkOverlaid(file *serveFile) error {
	if file.Problems(nil) != nil {
		return nil
	}
	if len(file.Gateway.Upstreams) == 0 {
		return errors.New("there is no backend: give --upstream, or gateway.upstreams in the file")
	}
	var ps policy.Problems
	file.Gateway.Check(file.Policy.Expand().Routes, &ps)
	return ps.Err()
}

// named gives problems of what a flag says the name of the flag in the place of the field.
func (f *gatewayFlags) named(err error) error {
	var problems policy.Problems
	if !errors.As(err, &problems) {
		return err
	}
	for _, flag := range [][2]string{
		{"listen", "gateway.listen"}, {"upstream", "gateway.upstreams"}, {"admin", "gateway.admin.listen"},
		{"tls-client-ca", "gateway.tls.clientCAFile"},
	} {
		for i := range problems {
			if f.given(flag[0]) && strings.HasPrefix(problems[i].Path, flag[1]) {
				problems[i].Path = "--" + flag[0]
			}
		}
	}
	return problems
}

// upstreamsOf reads the backends as [route=]URL.
func upstreamsOf(specs []string) ([]config.Upstream, error) {
	var upstreams []config.Upstream
	for _, spec := range specs {
		route, target := splitUpstream(spec)
		if _, err := config.ParseUpstreamURL(target); err != nil {
			return nil, fmt.Errorf("--upstream: %w", err)
		}
		upstream := config.Upstream{URLs: []string{target}}
		if route != "" {
			upstream.Routes = []string{route}
		}
		upstreams = append(upstreams, upstream)
	}
	return upstreams, nil
}

// splitUpstream finds the route: what stands before the first "=", unless that is already
// part of a URL.
func splitUpstream(spec string) (route, upstream string) {
	before, after, found := strings.Cut(spec, "=")
	if !found || strings.Contains(before, "://") {
		return "", spec
	}
	return before, after
}

// fromEnvironment sets the flags that were not given from ATTRGATE_… variables. An empty
// variable is like none.
func fromEnvironment(flags *pflag.FlagSet) error {
	var problems []error
	flags.VisitAll(func(flag *pflag.Flag) {
		name := "ATTRGATE_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if text := os.Getenv(name); text != "" && !flag.Changed && flag.Name != "help" {
			problems = append(problems, setFromEnvironment(flags, flag, name, text))
		}
	})
	return errors.Join(problems...)
}

func setFromEnvironment(flags *pflag.FlagSet, flag *pflag.Flag, name, text string) error {
	values := []string{text}
	if _, several := flag.Value.(pflag.SliceValue); several {
		values = strings.Fields(text)
	}
	for _, value := range values {
		if err := flags.Set(flag.Name, value); err != nil {
			return fmt.Errorf("%s: %w", name, plainly(err))
		}
	}
	return nil
}
