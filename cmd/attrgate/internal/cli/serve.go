package cli

import (
	"context"
	"errors"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/headroom"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
)

// logTime is how decisions are dated where lines are kept.
const logTime = "2006-01-02T15:04:05.000Z07:00"

// serveParams is a command line of serve.
type serveParams struct {
	file    string // - for standard input
	gateway gatewayFlags
}

func newServeCommand() *cobra.Command {
	var params serveParams
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway in front of a backend",
		Long: "Run the gateway: a reverse proxy that forwards every request to a backend, and guards the policy's routes.\n" +
			"It prints one line a decision, without values, keys or tokens. What is wrong with the file is printed all at once,\n" +
			"with positions, and the exit code is 1.\n\n" +
			"The file holds the policy and, in its section \"gateway\", everything about the gateway itself. The flags below go before\n" +
			"the section, and so do environment variables, which go by the names of the flags: ATTRGATE_LISTEN for --listen, and\n" +
			"so on, with several values divided by spaces. Flags go before variables.\n\n" +
			"When the file changes, at SIGHUP, or at POST /reload on the admin address, it is read anew: requests under way end as\n" +
			"they began, and a file with problems changes nothing. Certificates are followed in the same way.\n\n" +
			"Ctrl-C or SIGTERM ends it. Requests under way get the time of --drain-timeout; if any takes longer, it is cut off and\n" +
			"the exit code is 3. Upgraded connections, such as WebSockets, are ended and do not count.",
		Example: "  attrgate serve --config attrgate.yaml\n" +
			"  attrgate serve --config policy.yaml --upstream https://salesiq.zoho.eu\n" +
			"  attrgate serve --config policy.yaml --upstream https://salesiq.zoho.eu --upstream channel-session=http://ccm:8080/ccm\n" +
			"  attrgate serve --config policy.yaml --upstream http://127.0.0.1:9000 --admin 127.0.0.1:9901 --log json\n" +
			"  attrgate serve --config policy.yaml --upstream http://127.0.0.1:9000 --listen :8443 --tls-cert tls.crt --tls-key tls.key",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		PreRunE: func(command *cobra.Command, _ []string) error {
			return fromEnvironment(command.Flags())
		},
		RunE: func(command *cobra.Command, _ []string) error {
			params.gateway.given = command.Flags().Changed
			return runServe(command.Context(), params, command)
		},
	}
	flags := command.Flags()
	flags.StringVar(&params.file, "config", "", "`file` with the policy and the section \"gateway\", as YAML, or as JSON if it ends in .json;\n- for standard input (required; --policy is the same)")
	flags.SetNormalizeFunc(policyIsConfig)
	params.gateway.add(command)
	return command
}

// policyIsConfig lets the flag be called as in the other verbs, which read the same file.
func policyIsConfig(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "policy" {
		name = "config"
	}
	return pflag.NormalizedName(name)
}

func (p serveParams) check() error {
	if p.file == "" {
		return errors.New("--config is required (see: attrgate serve --help)")
	}
	return p.gateway.check()
}

func runServe(ctx context.Context, params serveParams, command *cobra.Command) error {
	if err := params.check(); err != nil {
		return err
	}
	defer headroom.Keep(headroom.Default)()
	// Else the end of a reader of stdout would be that of the gateway.
	signal.Ignore(syscall.SIGPIPE)
	read, err := params.reader(command.InOrStdin())
	if err != nil {
		return err
	}
	ctx, end := untilSignal(ctx) // not before: who reads from a terminal can be ended at once
	defer end()
	s := newService(read, command.OutOrStdout(), command.ErrOrStderr())
	defer s.leaveRedis()
	stopWatch, err := s.loadFile(ctx, params.file)
	defer stopWatch()
	if err != nil {
		s.close()
		return err
	}
	defer s.gate.Close()
	defer s.close()
	stopWatchTLS, err := s.loadTLS(ctx)
	defer stopWatchTLS()
	if err != nil {
		return err
	}
	return s.serve(ctx)
}

// reader returns what reads the file with the flags over it, again and again. Standard
// input can be read only once; its text stays what it was.
func (p serveParams) reader(stdin io.Reader) (func() (*serveFile, error), error) {
	if p.file != stdinName {
		return func() (*serveFile, error) { return p.gateway.over(readPolicy(p.file, nil)) }, nil
	}
	text, err := policyfile.ReadText("<stdin>", stdin)
	if err != nil {
		return nil, err
	}
	return func() (*serveFile, error) { return p.gateway.over(policyfile.ParseAny("<stdin>", text), nil) }, nil
}
