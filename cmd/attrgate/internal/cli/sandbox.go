package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/sandbox"
)

// graceTime is how long requests under way may take after the end was asked for.
const graceTime = 5 * time.Second

type sandboxParams struct {
	listen  string
	options sandbox.Options
}

func newSandboxCommand() *cobra.Command {
	var params sandboxParams
	command := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a stand-in for SalesIQ and ExpertFlow",
		Long: "Run a backend that answers both APIs as their documents say, so that attrgate can be tried without either product.\n" +
			"It checks no access token: that is the work of the gate in front of it. Ctrl-C ends it.",
		Example: "  attrgate sandbox\n" +
			"  attrgate sandbox --listen 127.0.0.1:9000 --data sandbox.db\n" +
			"  attrgate sandbox --session 64e2f08a6155b317cd3f88fd --errors-as-200",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runSandbox(command.Context(), params, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	addSandboxFlags(command, &params)
	return command
}

func addSandboxFlags(command *cobra.Command, params *sandboxParams) {
	flags := command.Flags()
	flags.StringVar(&params.listen, "listen", "127.0.0.1:9000", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&params.options.DataFile, "data", "", "`file` that keeps the state over a restart (default: memory)")
	flags.StringArrayVar(&params.options.Sessions, "session", nil, "channel session `id` that exists, repeatable (default: every id)")
	flags.BoolVar(&params.options.ErrorsAs200, "errors-as-200", false, "answer SalesIQ errors with status 200, as documented")
}

func runSandbox(ctx context.Context, params sandboxParams, stdout, stderr io.Writer) (err error) {
	ctx, end := untilSignal(ctx)
	defer end()
	listener, err := listen(ctx, params.listen, "--listen")
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	backend, err := sandbox.New(params.options)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer func() { err = errors.Join(err, backend.Close()) }()
	if err := greet(stdout, listener.Addr(), params.options.Sessions); err != nil {
		return err
	}
	return serveUntilDone(ctx, listener, backend, stderr)
}

// listen opens a TCP address; its error names the address and the flag that changes it.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err == nil {
		return listener, nil
	}
	// The outer error repeats the address; the cause alone reads better.
	var operation *net.OpError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	return nil, fmt.Errorf("cannot listen on %s: %w (choose another address with %s)", address, err, flag)
}

// serveUntilDone serves until ctx ends, then lets the requests under way finish.
func serveUntilDone(ctx context.Context, listener net.Listener, handler http.Handler, stderr io.Writer) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(stderr, "attrgate: ", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer cancel()
	if server.Shutdown(grace) != nil {
		return server.Close()
	}
	return nil
}

func greet(out io.Writer, address net.Addr, sessions []string) error {
	session := "5f0c2a7be4d19a3c86b7d210"
	if len(sessions) > 0 {
		session = sessions[0]
	}
	_, err := fmt.Fprintf(out, `sandbox listens on http://%[1]s (Ctrl-C ends it)

curl -sS -X PUT 'http://%[1]s/api/v2/acme/conversations/70000000000000123' -H 'Content-Type: application/json' -d '{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}'

curl -sS -X PUT 'http://%[1]s/forms/%[2]s' -H 'Content-Type: application/json' -d '[{"key":"name","type":"String2000","value":"Ada Example"}]'
`, dialable(address), session)
	return err
}

// dialable is the address as a client on this machine writes it: "every interface" is not one.
func dialable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return fmt.Sprintf("localhost:%d", tcp.Port)
}
