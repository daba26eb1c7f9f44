package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"

	"github.com/spf13/cobra"
)

// clockTime is how decisions are dated for someone who watches.
const clockTime = "15:04:05.000"

type demoParams struct {
	port uint16
	json bool
}

func newDemoCommand() *cobra.Command {
	var params demoParams
	command := &cobra.Command{
		Use:   "demo",
		Short: "See it work: gateway, backend and authorization server in one command",
		Long: "Start, on this machine only, a sandbox backend with both APIs, a small authorization server, and the gateway in\n" +
			"front of the backend with both built-in routes guarded. Print curl commands to paste, each with a token,\n" +
			"and then one line for every decision. Nothing is kept; Ctrl-C ends everything.\n\n" +
			"The gateway takes the port, the backend the next one, and the authorization server the one after.",
		Example: "  attrgate demo\n" +
			"  attrgate demo --port 9090\n" +
			"  attrgate demo --port 0 --json",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runDemo(command.Context(), params, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	command.Flags().Uint16Var(&params.port, "port", 8080, "first of three `port`s on 127.0.0.1; 0 takes free ones")
	command.Flags().BoolVar(&params.json, "json", false, "print one JSON object with addresses and commands, then one a decision")
	return command
}

func runDemo(ctx context.Context, params demoParams, stdout, stderr io.Writer) (err error) {
	if params.port > 65535-demoServers+1 {
		return fmt.Errorf("--port %d leaves no room for the two ports after it", params.port)
	}
	decisions := &decisionLog{out: stdout, format: textDecisions(clockTime, colourful(stdout))}
	if params.json {
		decisions.format = jsonDecisions
	}
	stage, err := newDemoStage(ctx, params.port, decisions, log.New(stderr, "attrgate: ", 0))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.close()) }()
	script, err := newDemoScript(stage)
	if err != nil {
		return err
	}
	if err := script.print(stdout, params.json); err != nil {
		return err
	}
	return stage.serve(ctx)
}
