package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/replaypage"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
)

type replayParams struct {
	logs    []string
	policy  string
	against string
	claims  string
	tokens  *choice
	failOn  *choice
	output  *choice
	out     string
	top     int
	quiet   bool
}

func newReplayCommand() *cobra.Command {
	var params replayParams
	command := &cobra.Command{
		Use:   "replay LOG...",
		Short: "Say what a policy would do to recorded traffic",
		Long: "Run recorded requests through a policy and report what would become of them: who would be refused, by which\n" +
			"rule, and what is different from another policy (--against), or else from what the log says happened.\n" +
			"Nothing is sent anywhere, and neither values nor tokens are printed.\n\n" +
			"A LOG is a file with one JSON object a line, an HTTP archive (HAR), a .http file, or a folder of these; files may\n" +
			"be packed with gzip, and the content decides. The name - stands for standard input. Lines that cannot be read are\n" +
			"counted and shown. docs/replay.md lists the members of a line that are understood.\n\n" +
			"Tokens are held against the clock of their requests. --tokens auto checks signatures where the policy has the keys,\n" +
			"and believes the claims where the issuer would have to be asked; trust believes all claims; assume takes all callers\n" +
			"to have a good token with all scopes, for logs without tokens. --token-claims gives everybody these claims.\n\n" +
			"Exit code 0: no request would fare otherwise; 1: some would, or a policy has problems; 2: there was nothing to replay.",
		Example: "  attrgate replay access.jsonl.gz --policy new.yaml --against old.yaml\n" +
			"  attrgate replay recorded.har --policy policy.yaml --output html --out report.html\n" +
			"  attrgate replay cases --policy policy.yaml --tokens assume\n" +
			"  zcat logs/*.gz | attrgate replay - --policy policy.yaml --token-claims '{\"scope\": \"channel-session:update\"}'",
		Args: someArguments("LOG"),
		RunE: func(command *cobra.Command, args []string) error {
			params.logs = args
			return runReplay(command.Context(), params, streams{command.InOrStdin(), command.OutOrStdout(), command.ErrOrStderr()})
		},
	}
	addReplayFlags(command, &params)
	return command
}

func addReplayFlags(command *cobra.Command, params *replayParams) {
	flags := command.Flags()
	flags.StringVar(&params.policy, "policy", "", "`file` with the policy, such as the one to be rolled out")
	flags.StringVar(&params.against, "against", "", "`file` with the policy to compare with, such as the one that runs")
	flags.StringVar(&params.claims, "token-claims", "", "`claims` of all callers: a JSON object, or @FILE")
	flags.StringVarP(&params.out, "out", "o", "", "`file` to write the report to")
	flags.IntVar(&params.top, "top", 10, "how many rows lists have, at most 1000")
	flags.BoolVarP(&params.quiet, "quiet", "q", false, "show no progress")
	params.tokens = addChoice(command, "tokens", "how recorded tokens are judged", replay.TokensAuto, replay.TokensTrust, replay.TokensAssume)
	params.failOn = addChoice(command, "fail-on", "exit with 1 if requests fare otherwise, are newly refused, or never", "change", "refused", "never")
	params.output = addChoice(command, "output", "how the report is printed", "text", "json", "html")
}

// streams are those of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func runReplay(ctx context.Context, params replayParams, std streams) (err error) {
	options, err := replayOptions(params, std.err)
	if err != nil {
		return err
	}
	sources, err := traffic.Find(params.logs, std.in)
	if err != nil {
		return err
	}
	out, end, err := openReport(params.out, std.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	report, err := replayAll(ctx, options, sources, progressOutput(params, std.err))
	if err != nil {
		return err
	}
	report.Logs, report.Policy, report.Against = params.logs, params.policy, params.against
	if report.Requests == 0 {
		return nothingReplayed(report)
	}
	if err := printReplay(out, report, params.output.word); err != nil {
		return err
	}
	return replayVerdict(report, params.failOn.word)
}

// replayOptions reads the policies. Problems of both are printed before it gives up.
func replayOptions(params replayParams, stderr io.Writer) (replay.Options, error) {
	options := replay.Options{Tokens: params.tokens.word, Top: params.top}
	if params.policy == "" {
		return options, errors.New("--policy is required (see: attrgate replay --help)")
	}
	if params.top < 1 || params.top > replay.MaxTop {
		return options, fmt.Errorf("--top: must be from 1 to %d", replay.MaxTop)
	}
	if params.claims != "" {
		claims, err := readTokenClaims(params.claims, "")
		if err != nil {
			return options, err
		}
		if options.Claims, err = replay.ParseClaims(claims); err != nil {
			return options, err
		}
	}
	p, err := loadPolicy(params.policy, stderr)
	options.Policy = p
	if params.against == "" {
		return options, err
	}
	against, more := loadPolicy(params.against, stderr)
	options.Against = &against
	if errors.Is(err, errProblems) && more != nil {
		return options, more
	}
	return options, errors.Join(err, more)
}

// openReport opens what the report goes to before the work begins, and returns what closes it.
func openReport(name string, stdout io.Writer) (io.Writer, func() error, error) {
	if name == "" || name == "-" {
		return stdout, func() error { return nil }, nil
	}
	file, err := os.Create(name)
	if err != nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}

func replayAll(ctx context.Context, options replay.Options, sources []traffic.Source, terminal io.Writer) (*replay.Report, error) {
	run := replay.New(options)
	if terminal == nil {
		return run.Run(ctx, sources)
	}
	bar := newReplayProgress(terminal, traffic.Size(sources), run.Progress)
	report, err := run.Run(ctx, sources)
	bar.end()
	return report, err
}

func nothingReplayed(report *replay.Report) error {
	if report.Unread.Count == 0 {
		return errors.New("there is no request in what was read")
	}
	worst := report.Unread.First[0]
	return fmt.Errorf("none of %d lines is a request; the first, %s: %s", report.Unread.Count, worst.Place, worst.Reason)
}

func printReplay(out io.Writer, report *replay.Report, format string) error {
	switch format {
	case "json":
		return writeJSON(out, report)
	case "html":
		return replaypage.Write(out, report)
	}
	return printReplayText(out, report)
}

func replayVerdict(report *replay.Report, failOn string) error {
	switch {
	case failOn == "change" && len(report.Changes) > 0, failOn == "refused" && report.Of(replay.NewlyRefused) != nil:
		return errProblems
	}
	return nil
}
