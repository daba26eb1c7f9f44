package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/explanation"
	"github.com/attrgate/attrgate/middleware"
)

// claimsSent is the word of --token-claims for those of the request's own token.
const claimsSent = "sent"

type explainParams struct {
	source     explainSource
	policy     string
	claims     string
	at         string
	online     bool
	showValues bool
	output     *choice
}

func newExplainCommand() *cobra.Command {
	var params explainParams
	command := &cobra.Command{
		Use:   "explain (-f FILE | --curl COMMAND | --har FILE)",
		Short: "Say step by step what the gate makes of one request",
		Long: "Send one request the way of the gate and print what each step saw: which route guards it and why the others do\n" +
			"not, what is known of the token, which scopes are missing, how each key becomes a name and which rule its value\n" +
			"meets, what changes in the body and the header, and the answer if it is refused. The gate itself decides.\n\n" +
			"The request is a .http file as in a case folder, a curl command line, or an entry of an HTTP archive. The policy\n" +
			"is --policy, or else policy.yaml or policy.json beside the .http file or in the nearest folder above it, or else\n" +
			"in this folder. Tokens are never printed, and values only with --show-values.\n\n" +
			"Nobody is asked. Pinned keys, secrets and static tokens are verified; for a token that only its issuer can vouch\n" +
			"for, give what it says with --token-claims, or ask the issuer with --online. Given claims are taken as verified,\n" +
			"and held against the policy like any others.\n\n" +
			"The members of the JSON are described in docs/explain.md.\n" +
			"Exit code 0: the request goes on; 1: it is refused, or would be but for report mode, or the policy has problems;\n" +
			"2: it could not be explained to its end.",
		Example: "  attrgate explain -f cases/refused/request.http\n" +
			"  attrgate explain --policy policy.yaml --curl \"curl -X PUT https://gw.example.com/forms/1 -H 'Authorization: Bearer $TOKEN' --json @body.json\"\n" +
			"  attrgate explain --har recorded.har --entry 3 --token-claims sent\n" +
			"  attrgate explain -f request.http --token-claims '{\"aud\": \"contact-centre\", \"scope\": \"channel-session:update\", \"exp\": 4102444800}'\n" +
			"  attrgate explain -f request.http --at 2026-01-31T12:00:00Z --output json",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		PreRunE: func(*cobra.Command, []string) error {
			return params.check()
		},
		RunE: func(command *cobra.Command, _ []string) error {
			return runExplain(params, command)
		},
	}
	params.source.addFlags(command)
	flags := command.Flags()
	flags.StringVar(&params.policy, "policy", "", "`file` with the policy")
	flags.StringVar(&params.claims, "token-claims", "", "`claims` to take as verified: a JSON object, @FILE, or "+claimsSent+" for those in the request's token")
	flags.StringVar(&params.at, "at", "", "`time` to check the token at, as 2026-01-31T12:00:00Z (default: the clock)")
	flags.BoolVar(&params.online, "online", false, "ask issuers for keys and about tokens, as the gate does")
	flags.BoolVar(&params.showValues, "show-values", false, "print values of attributes and headers, and still no token")
	params.output = addChoice(command, "output", "how the answer is printed", "text", "json")
	completeExplain(command)
	return command
}

func (p explainParams) check() error {
	if p.claims != "" && p.online {
		return errors.New("only one of --token-claims and --online can be given: given claims are taken as verified")
	}
	return p.source.check()
}

// completeExplain tells shells what the flags take. Nothing in it fails for flags that exist.
func completeExplain(command *cobra.Command) {
	_ = command.MarkFlagFilename("file", "http")
	_ = command.MarkFlagFilename("har", "har", "json")
	_ = command.RegisterFlagCompletionFunc("token-claims", cobra.FixedCompletions([]string{claimsSent}, cobra.ShellCompDirectiveNoFileComp))
}

func runExplain(params explainParams, command *cobra.Command) error {
	options, err := params.options()
	if err != nil {
		return err
	}
	source, err := params.source.read(command.InOrStdin())
	if err != nil {
		return err
	}
	name, err := params.policyFile()
	if err != nil {
		return err
	}
	p, err := loadPolicy(name, command.ErrOrStderr())
	if err != nil {
		return err
	}
	report, err := explanation.Explain(source.WithContext(command.Context()), p, options)
	if err != nil {
		return err
	}
	answer := explainAnswer{Policy: name, Report: report}
	if err := answer.print(command.OutOrStdout(), params.output.word); err != nil {
		return err
	}
	return answer.verdict()
}

func (p explainParams) options() (explanation.Options, error) {
	now, err := timeOrClock("--at", p.at)
	o := explanation.Options{Now: now, Online: p.online, ShowValues: p.showValues, SentClaims: p.claims == claimsSent}
	if err != nil || p.claims == "" || o.SentClaims {
		return o, err
	}
	o.Claims, err = readTokenClaims(p.claims, " nor "+claimsSent)
	return o, err
}

// readTokenClaims takes the value of --token-claims: a JSON object, or @FILE with one. The last
// part of its error says what else there is.
func readTokenClaims(value, otherwise string) (claims []byte, err error) {
	claims = []byte(value)
	if name, isFile := strings.CutPrefix(value, "@"); isFile {
		if claims, err = os.ReadFile(name); err != nil {
			return nil, fmt.Errorf("--token-claims: %w", err)
		}
	}
	if claims = bytes.TrimSpace(claims); !json.Valid(claims) || !bytes.HasPrefix(claims, []byte("{")) {
		return nil, errors.New("--token-claims: neither a JSON object nor @FILE" + otherwise)
	}
	return claims, nil
}

// explainAnswer is what explain prints.
type explainAnswer struct {
	Policy string `json:"policy"`
	explanation.Report
}

func (a explainAnswer) print(out io.Writer, format string) error {
	if format == "json" {
		return writeJSON(out, a)
	}
	_, err := io.WriteString(out, a.text(colourful(out)))
	return err
}

// verdict is the error for the exit code.
func (a explainAnswer) verdict() error {
	switch a.Outcome {
	case explanation.Unknown:
		return errors.New("nobody was asked about the token; what comes after it is not known")
	case string(middleware.Refused), string(middleware.Reported):
		return errProblems
	}
	return nil
}
