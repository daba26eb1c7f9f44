package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/middleware"
)

// logTime is how decisions are dated where lines are kept.
const logTime = "2006-01-02T15:04:05.000Z07:00"

type serveParams struct {
	policy, upstream, listen string
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
			"  attrgate serve --policy policy.yaml --upstream http://ccm:8080/base --listen :8080",
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
	return command
}

func runServe(ctx context.Context, params serveParams, stdout, stderr io.Writer) error {
	if params.policy == "" || params.upstream == "" {
		return errors.New("--policy and --upstream are required (see: attrgate serve --help)")
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	errorLog := log.New(stderr, "attrgate: ", 0)
	decisions := &decisionLog{out: stdout, format: textDecisions(logTime, colourful(stdout))}
	proxy, err := gateway.NewProxy(params.upstream, errorLog)
	if err != nil {
		return err
	}
	defer proxy.Close()
	files, deaf := reload.Watch(params.policy) // first, so that no change is missed
	if deaf == nil {
		defer files.Close()
	}
	source := reload.Source{File: params.policy, Options: middleware.Options{OnDecision: decisions.record}}
	gate, err := reload.New(source, proxy)
	if err != nil {
		return explain(err, stderr)
	}
	if deaf != nil { // no reason not to serve
		errorLog.Printf("changes of files are not noticed, only SIGHUP is: %s", oneLine(deaf))
	}
	refresh := func() { refreshPolicy(gate, stderr, errorLog) }
	reload.OnHangup(ctx, refresh)
	go files.Run(ctx, refresh)
	return serveGateway(ctx, params, gate, stdout, errorLog)
}

func serveGateway(ctx context.Context, params serveParams, handler http.Handler, stdout io.Writer, errorLog *log.Logger) error {
	listener, err := listen(ctx, params.listen, "--listen")
	if err != nil {
		return err
	}
	// Requests already wait in the listener's queue, but are not decided before this line.
	_, err = fmt.Fprintf(stdout, "gateway listens on http://%s and forwards to %s\n", dialable(listener.Addr()), params.upstream)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return gateway.Serve(ctx, listener, handler, errorLog)
}
