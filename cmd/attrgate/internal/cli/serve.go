package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
)

// logTime is how decisions are dated where lines are kept.
const logTime = "2006-01-02T15:04:05.000Z07:00"

type serveParams struct {
	policy, listen, admin, log string
	upstreams                  []string
	tls                        tlsfile.Files
	drainDelay, drainTimeout   time.Duration
}

func newServeCommand() *cobra.Command {
	var params serveParams
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway in front of a backend",
		Long: "Run the gateway: a reverse proxy that forwards every request to a backend, and guards the policy's routes.\n" +
			"It prints one line a decision, without values, keys or tokens. What is wrong with the policy is printed all at once,\n" +
			"with positions, and the exit code is 1.\n\n" +
			"When the policy file changes, or at SIGHUP, it is read anew: requests under way end under the old policy, and a policy\n" +
			"with problems changes nothing. Certificates are read anew when their files change, or at SIGHUP.\n\n" +
			"Ctrl-C or SIGTERM ends it. Requests under way get the time of --drain-timeout; if any takes longer, it is cut off and\n" +
			"the exit code is 3. Upgraded connections, such as WebSockets, are ended and do not count.",
		Example: "  attrgate serve --policy policy.yaml --upstream https://salesiq.zoho.eu\n" +
			"  attrgate serve --policy policy.yaml --upstream https://salesiq.zoho.eu --upstream channel-session=http://ccm:8080/ccm\n" +
			"  attrgate serve --policy policy.yaml --upstream http://127.0.0.1:9000 --admin 127.0.0.1:9901 --log json\n" +
			"  attrgate serve --policy policy.yaml --upstream http://127.0.0.1:9000 --listen :8443 --tls-cert tls.crt --tls-key tls.key",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runServe(command.Context(), params, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringVar(&params.policy, "policy", "", "`file` with the policy, as YAML, or as JSON if it ends in .json (required)")
	flags.StringArrayVar(&params.upstreams, "upstream", nil, "`[route=]URL` of a backend, optionally with a path to put before each request's; repeatable:\n"+
		"the plain one gets what no other is for (required)")
	flags.StringVar(&params.listen, "listen", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&params.admin, "admin", "", "`address` for operators: /healthz, /readyz, /metrics, /policy and /decisions (default: none)")
	flags.StringVar(&params.log, "log", "text", "`form` of the decisions on stdout: text, as they are made, or json, when the answer has ended")
	addServerFlags(flags, &params)
	return command
}

func addServerFlags(flags *pflag.FlagSet, params *serveParams) {
	flags.StringVar(&params.tls.Certificate, "tls-cert", "", "`file` with the certificate chain, as PEM (default: no TLS)")
	flags.StringVar(&params.tls.Key, "tls-key", "", "`file` with the certificate's key, as PEM")
	flags.StringVar(&params.tls.ClientCA, "tls-client-ca", "", "`file` with the authorities of client certificates, as PEM, for tokens that are bound to one")
	flags.DurationVar(&params.drainDelay, "drain-delay", 0, "`time` for which new requests are still taken at the end, while /readyz says 503")
	flags.DurationVar(&params.drainTimeout, "drain-timeout", 10*time.Second, "`time` that requests under way get at the end")
}

func (p serveParams) check() error {
	if p.policy == "" || len(p.upstreams) == 0 {
		return errors.New("--policy and --upstream are required (see: attrgate serve --help)")
	}
	if p.log != "text" && p.log != "json" {
		return fmt.Errorf("--log %q is neither text nor json", p.log)
	}
	if (p.tls.Certificate == "") != (p.tls.Key == "") {
		return errors.New("--tls-cert and --tls-key come together")
	}
	if p.tls.ClientCA != "" && p.tls.Certificate == "" {
		return errors.New("--tls-client-ca needs --tls-cert and --tls-key")
	}
	if p.drainDelay < 0 || p.drainTimeout < 0 {
		return errors.New("--drain-delay and --drain-timeout cannot be negative")
	}
	return nil
}

func runServe(ctx context.Context, params serveParams, stdout, stderr io.Writer) error {
	if err := params.check(); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	s := newService(params, stdout, stderr)
	upstreams, err := gateway.NewUpstreams(params.upstreams, s.errorLog)
	if err != nil {
		return err
	}
	defer upstreams.Close()
	stopWatch, err := s.loadPolicy(ctx, upstreams)
	defer stopWatch()
	if err != nil {
		return err
	}
	stopWatchTLS, err := s.loadTLS(ctx)
	defer stopWatchTLS()
	if err != nil {
		return err
	}
	return s.serve(ctx)
}
