package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tokencheck"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

type tokenParams struct {
	token, policy, at string
	online            bool
	output            *choice
}

func newTokenCommand() *cobra.Command {
	var params tokenParams
	command := &cobra.Command{
		Use:   "token [TOKEN]",
		Short: "Show what is in an access token, and what a policy says of it",
		Long: "Print the header and the claims of a JWT, and never its signature. With --policy, say which checks it fails and on\n" +
			"which routes its scopes are enough. Nobody is asked: what cannot be told offline is listed. With --online, issuers\n" +
			"are asked for their keys, and introspection endpoints about the token, which they get to see.\n\n" +
			"The token is the argument or standard input, which keeps it out of the shell's history. It is found in an\n" +
			"Authorization header or a curl command, too.\n\n" +
			"The JSON has the header, the claims and, with --policy, under policy what failed, what is unchecked, and of each of\n" +
			"the routes its name, the scopes it wants, and whether they are held.\n\n" +
			"Exit code 0: fine as far as it could be checked; 1: the gate would refuse it; 2: it could not be read.",
		Example: "  attrgate token < token.txt\n" +
			"  attrgate token --policy policy.yaml < token.txt\n" +
			"  attrgate token --policy policy.yaml --online < token.txt\n" +
			"  attrgate token --policy policy.yaml --at 2026-01-31T12:00:00Z 'Authorization: Bearer eyJ...'",
		Args:              optionalArgument("TOKEN"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, args []string) error {
			text, err := argumentOrInput(args, command.InOrStdin())
			if err != nil {
				return err
			}
			params.token = tokencheck.Find(text)
			return runToken(command.Context(), params, command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	command.Flags().StringVar(&params.policy, "policy", "", "`file` with the policy to hold the token against")
	command.Flags().StringVar(&params.at, "at", "", "`time` to check at, as 2026-01-31T12:00:00Z (default: the clock)")
	command.Flags().BoolVar(&params.online, "online", false, "ask whoever the gate would ask")
	params.output = addChoice(command, "output", "how the answer is printed", "text", "json")
	return command
}

func argumentOrInput(args []string, stdin io.Reader) (string, error) {
	if len(args) > 0 && args[0] != "-" {
		return args[0], nil
	}
	text, err := io.ReadAll(io.LimitReader(stdin, 1<<20))
	return string(text), err
}

func runToken(ctx context.Context, params tokenParams, stdout, stderr io.Writer) error {
	now, err := timeOrClock("--at", params.at)
	if err != nil {
		return err
	}
	decoded, isJWT := tokencheck.Decode(params.token)
	switch {
	case params.token == "":
		return errors.New("no token: give it as an argument or on standard input")
	case params.online && params.policy == "":
		return errors.New("--online needs --policy, which says who is asked")
	case !isJWT && params.policy == "":
		return errors.New("not a JWT: nothing can be read in it; --policy tells whether it is a static token")
	}
	answer := tokenAnswer{Header: decoded.Header, Claims: decoded.Claims}
	if params.policy != "" {
		p, err := loadPolicy(params.policy, stderr)
		if err != nil {
			return err
		}
		report := examine(ctx, p, params, now)
		answer.Report = &report
	}
	if err := answer.print(stdout, params.output.word); err != nil {
		return err
	}
	if answer.Report != nil && answer.Report.Refused() {
		return errProblems
	}
	return nil
}

func examine(ctx context.Context, p policy.Policy, params tokenParams, now time.Time) tokencheck.Report {
	if params.online {
		return tokencheck.ExamineOnline(ctx, p, params.token, now)
	}
	return tokencheck.Examine(p, params.token, now)
}

// timeOrClock reads the value of a flag, and takes the clock's time if it is empty.
func timeOrClock(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	now, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return now, fmt.Errorf("%s: %q is not a time such as 2026-01-31T12:00:00Z", flag, text)
	}
	return now, nil
}

// loadPolicy reads a policy, and prints what is wrong with it.
func loadPolicy(name string, stderr io.Writer) (policy.Policy, error) {
	file, err := policyfile.Read(name)
	if err != nil {
		return policy.Policy{}, fmt.Errorf("reading the policy: %w", err)
	}
	_, err = middleware.New(file.Policy, middleware.Options{})
	return file.Policy, explain(file.Problems(err), stderr)
}
