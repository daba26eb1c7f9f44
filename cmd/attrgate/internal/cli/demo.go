package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
)

// clockTime is how decisions are dated for someone who watches.
const clockTime = "15:04:05.000"

type demoParams struct {
	port   int
	output *choice
}

func newDemoCommand() *cobra.Command {
	var params demoParams
	command := &cobra.Command{
		Use:   "demo",
		Short: "See it work: gateway, backend and authorization server in one command",
		Long: "Start, on this machine only, a sandbox backend with both APIs, a small authorization server, and the gateway in\n" +
			"front of the backend with both built-in routes guarded. Print curl commands to paste, each with a token,\n" +
			"and then one line for every decision. Nothing is kept; Ctrl-C ends everything.\n" +
			"With --output json, print one object with addresses and commands, and then one a decision, each in a line and in the\n" +
			"form of attrgate serve --log json.\n\n" +
			"The gateway takes the port, the backend the next one, and the authorization server the one after.",
		Example: "  attrgate demo\n" +
			"  attrgate demo --port 9090\n" +
			"  attrgate demo --port 0 --output json",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runDemo(command.Context(), params, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	command.Flags().IntVar(&params.port, "port", 8080, "first of three `port`s on 127.0.0.1; 0 takes free ones")
	params.output = addChoice(command, "output", "how addresses, commands and decisions are printed", "text", "json")
	return command
}

func runDemo(ctx context.Context, params demoParams, stdout, stderr io.Writer) (err error) {
	if highest := 65535 - demoServers + 1; params.port < 0 || params.port > highest {
		return fmt.Errorf("--port must be from 0 to %d: the two ports after it are taken, too", highest)
	}
	asJSON := params.output.word == "json"
	decided := (&decisionLog{out: stdout, format: textDecisions(clockTime, colourful(stdout))}).ended
	if asJSON {
		decided = audit.New(stdout).Ended
	}
	ctx, end := untilSignal(ctx)
	defer end()
	stage, err := newDemoStage(ctx, uint16(params.port), decided, log.New(stderr, "attrgate: ", 0))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.close()) }()
	script, err := newDemoScript(stage)
	if err != nil {
		return err
	}
	if err := script.print(stdout, asJSON); err != nil {
		return err
	}
	return stage.serve(ctx)
}
