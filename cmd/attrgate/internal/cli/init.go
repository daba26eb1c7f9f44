package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/scaffold"
)

type initParams struct {
	plan     scaffold.Plan
	api, use *choice
	output   *choice
	dir      string
	force    bool
}

func newInitCommand() *cobra.Command {
	var params initParams
	command := &cobra.Command{
		Use:   "init",
		Short: "Write a first policy, its cases and a configuration",
		Long: "Write a policy with comments, a folder of cases that attrgate test passes, and the configuration of Traefik or\n" +
			"the gateway, ready to run; and print the next commands. On a terminal, what no flag says is asked.\n" +
			"Files that are there already are only overwritten with --force.\n\n" +
			"Exit code 0: written; 2: something is missing or could not be written, and nothing was.",
		Example: "  attrgate init\n" +
			"  attrgate init --for gateway --api salesiq --issuer https://idp.example.com --audience contact-centre\n" +
			"  attrgate init --for traefik --introspection-url https://idp.example.com/introspect --audience crm --dir guard",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			return runInit(command, &params)
		},
	}
	flags := command.Flags()
	params.api = addChoice(command, "api", "what is guarded", scaffold.Both, scaffold.SalesIQ, scaffold.ExpertFlow)
	params.use = addChoice(command, "for", "what guards it", scaffold.Gateway, scaffold.Traefik)
	flags.StringVar(&params.plan.Issuer, "issuer", "", "`URL` of the authorization server whose JWT access tokens are accepted")
	flags.StringVar(&params.plan.Audience, "audience", "", "`name` by which access tokens mean the API")
	flags.StringVar(&params.plan.IntrospectionURL, "introspection-url", "", "`URL` where opaque tokens are asked about (RFC 7662)")
	flags.StringVar(&params.plan.ClientID, "client-id", "attrgate", "`name` by which the gate asks there")
	flags.StringVar(&params.plan.Backend, "backend", "http://127.0.0.1:9000", "`URL` of what is guarded")
	flags.StringVar(&params.dir, "dir", ".", "`folder` to write to")
	params.output = addChoice(command, "output", "how the files and the next commands are printed", "text", "json")
	flags.BoolVar(&params.force, "force", false, "overwrite files")
	return command
}

func runInit(command *cobra.Command, params *initParams) error {
	if err := ask(command, params); err != nil {
		return err
	}
	params.plan.API, params.plan.For = params.api.word, params.use.word
	if err := params.plan.Check(); err != nil {
		return fmt.Errorf("%w (see: %s --help)", err, command.CommandPath())
	}
	written, err := writeStart(command.Context(), *params)
	if err != nil {
		return err
	}
	return printStart(command.OutOrStdout(), *params, written)
}

// writeStart writes everything, if nothing is in the way, and returns the names of the files.
func writeStart(ctx context.Context, params initParams) ([]string, error) {
	files, err := startFiles(ctx, params.plan)
	if err != nil {
		return nil, err
	}
	return saveAll(params.dir, files, params.force)
}

// started is what was written, and the commands to go on with, as JSON.
type started struct {
	Wrote []string `json:"wrote"`
	Next  []string `json:"next"`
}

func printStart(out io.Writer, params initParams, written []string) error {
	next := params.plan.Next(params.dir)
	if params.output.word == "json" {
		return writeJSON(out, started{Wrote: written, Next: next})
	}
	text := ""
	for _, name := range written {
		text += "wrote " + name + "\n"
	}
	_, err := fmt.Fprint(out, text+"\nNext:\n  "+strings.Join(next, "\n  ")+"\n")
	return err
}
