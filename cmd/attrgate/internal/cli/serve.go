package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
)

// logTime is how decisions are dated where lines are kept.
const logTime = "2006-01-02T15:04:05.000Z07:00"

type serveParams struct {
	policy, upstream, listen, admin, log string
}

func newServeCommand() *cobra.Command {
	var params serveParams
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway in front of a backend",
		Long: "Run the gateway: a reverse proxy that forwards every request to one backend, and guards the policy's routes.\n" +
			"It prints one line a decision, without values, keys or tokens. What is wrong with the policy is printed all at once,\n" +
			"with positions, and the exit code is 1. Ctrl-C or SIGTERM ends it; requests under way get ten seconds.\n" +
			"When the file changes, or at SIGHUP, the policy is read anew: requests under way end under the old one, and a policy\n" +
			"with problems changes nothing.",
		Example: "  attrgate serve --policy policy.yaml --upstream https://salesiq.zoho.eu\n" +
			"  attrgate serve --policy policy.yaml --upstream http://ccm:8080/base --listen :8080\n" +
			"  attrgate serve --policy policy.yaml --upstream http://127.0.0.1:9000 --admin 127.0.0.1:9901 --log json",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runServe(command.Context(), params, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringVar(&params.policy, "policy", "", "`file` with the policy, as YAML, or as JSON if it ends in .json (required)")
	flags.StringVar(&params.upstream, "upstream", "", "`URL` of the backend, optionally with a path to put before each request's (required)")
	flags.StringVar(&params.listen, "listen", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&params.admin, "admin", "", "`address` for operators: /healthz, /readyz, /metrics, /policy and /decisions (default: none)")
	flags.StringVar(&params.log, "log", "text", "`form` of the decisions on stdout: text, as they are made, or json, when the answer has ended")
	return command
}

func (p serveParams) check() error {
	if p.policy == "" || p.upstream == "" {
		return errors.New("--policy and --upstream are required (see: attrgate serve --help)")
	}
	if p.log != "text" && p.log != "json" {
		return fmt.Errorf("--log %q is neither text nor json", p.log)
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
	proxy, err := gateway.NewProxy(params.upstream, s.errorLog)
	if err != nil {
		return err
	}
	defer proxy.Close()
	stopWatch, err := s.loadPolicy(ctx, proxy)
	defer stopWatch()
	if err != nil {
		return err
	}
	return s.serve(ctx)
}
