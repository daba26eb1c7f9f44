package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traefik"
	"github.com/attrgate/attrgate/middleware/policy"
)

type convertParams struct {
	file, out        string
	names            traefik.Names
	from, to, output *choice
}

func newConvertCommand() *cobra.Command {
	var params convertParams
	command := &cobra.Command{
		Use:   "convert FILE --to FORM",
		Short: "Write a policy in another form, or read it from one",
		Long: "Write a policy as Traefik's dynamic configuration (traefik-yaml, traefik-toml), as labels in a Compose file\n" +
			"(docker-labels), as a Middleware of Kubernetes (kubernetes), as an OpenAPI 3.1 description of what the guarded routes\n" +
			"accept (openapi), or as a Postman collection with samples that pass and samples that fail (postman).\n" +
			"The first four, and policies, can be read as well: which it is, is found out, or said with --from. Comments are lost.\n\n" +
			"What the form cannot say is a problem, and nothing is written. A secret in the policy is copied, with a warning;\n" +
			"with --secret the Middleware refers to a Secret of Kubernetes instead, which you fill.\n\n" +
			"A file is YAML, or what its name ends in: .json or .toml. The name - stands for standard input, YAML or JSON.\n" +
			"Exit code 0: converted; 1: problems; 2: the file could not be read or written.",
		Example: "  attrgate convert policy.yaml --to traefik-yaml -o dynamic/attrgate.yaml\n" +
			"  attrgate convert policy.yaml --to kubernetes --name attrgate --namespace edge --secret attrgate | kubectl apply -f -\n" +
			"  attrgate convert policy.yaml --to docker-labels --service traefik\n" +
			"  attrgate convert dynamic.toml --to policy -o policy.yaml\n" +
			"  attrgate convert policy.yaml --to openapi -o openapi.json",
		Args: exactArguments("FILE"),
		PreRunE: func(*cobra.Command, []string) error {
			if params.to.word == "" {
				return errors.New("--to is required (see: attrgate convert --help)")
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			params.file = args[0]
			return runConvert(params, command.InOrStdin(), command.OutOrStdout(), command.ErrOrStderr())
		},
	}
	params.to = addChoice(command, "to", "what to write", formNames(targets())...)
	params.to.word, command.Flags().Lookup("to").DefValue = "", ""
	params.from = addChoice(command, "from", "what to read", "auto", "policy", "traefik-yaml", "traefik-toml", "docker-labels", "kubernetes")
	_ = command.MarkFlagRequired("to") // it fails for flags that do not exist
	addConvertFlags(command, &params)
	return command
}

func addConvertFlags(command *cobra.Command, params *convertParams) {
	flags := command.Flags()
	params.output = addChoice(command, "output", "how problems and warnings are printed, on standard error", "text", "json")
	flags.StringVarP(&params.out, "out", "o", "", "`file` to write (default: standard output)")
	flags.StringVar(&params.names.Middleware, "name", "", "`name` of the middleware (default: written as attrgate; read where there is only one)")
	flags.StringVar(&params.names.Plugin, "plugin", "attrgate", "`name` of the plugin in Traefik's static configuration")
	flags.StringVar(&params.names.Service, "service", "", "`name` of the Compose service that carries the labels (default: the labels alone)")
	flags.StringVar(&params.names.Namespace, "namespace", "", "`namespace` of the Middleware (default: left out)")
	flags.StringVar(&params.names.Secret, "secret", "", "`name` of a Secret that the Middleware refers to instead of holding secrets")
}

func runConvert(params convertParams, stdin io.Reader, stdout, stderr io.Writer) error {
	to := targets()[params.to.word]
	if err := params.names.Check(params.to.word == "kubernetes"); err != nil {
		return err
	}
	if err := params.idle(); err != nil {
		return err
	}
	file, doubts, err := readForm(params, stdin)
	if err == nil {
		err = file.Problems(gateProblems(file.Policy))
	}
	if err != nil {
		return params.refuse(err, stderr)
	}
	result, err := to(file, params)
	if err != nil {
		return err
	}
	file.Refuse(result.problems)
	if err := file.Problems(nil); err != nil {
		return params.refuse(err, stderr)
	}
	if err := result.write(params, stdout); err != nil {
		return err
	}
	if isTraefik(params.to.word) && traefik.HasGateway(file.Gateway) {
		result.warnings.Add("gateway", "left out: only attrgate serve obeys it")
	}
	return printFindings(stderr, mergeFindings(nil, file.Place(append(doubts, result.warnings...))), params.output.word)
}

// idle returns an error about a flag that the form has no use for.
func (p convertParams) idle() error {
	for _, flag := range []struct{ name, value, form string }{
		{"--secret", p.names.Secret, "kubernetes"},
		{"--namespace", p.names.Namespace, "kubernetes"},
		{"--service", p.names.Service, "docker-labels"},
	} {
		if flag.value != "" && p.to.word != flag.form {
			return fmt.Errorf("%s is for --to %s", flag.name, flag.form)
		}
	}
	return nil
}

// refuse prints what is wrong with a policy, and returns the error for the exit code.
func (p convertParams) refuse(err error, stderr io.Writer) error {
	problems := policyfile.Problems(nil)
	if !errors.As(err, &problems) {
		return err
	}
	return errors.Join(errProblems, printFindings(stderr, mergeFindings(problems, nil), p.output.word))
}

// isTraefik tells whether a form is for Traefik, which has gateways of its own.
func isTraefik(form string) bool {
	return form == "kubernetes" || form == "docker-labels" || form == "traefik-yaml" || form == "traefik-toml"
}

// converted is a policy in another form.
type converted struct {
	text     []byte
	problems policy.Problems // what the form cannot say
	warnings policy.Problems
	secret   bool // a secret stands in the text
}

// write writes to the output that was asked for. A file with secrets is for its owner alone.
func (c converted) write(params convertParams, stdout io.Writer) error {
	if params.out == "" {
		_, err := stdout.Write(c.text)
		return err
	}
	if c.secret {
		return writePrivate(params.out, c.text)
	}
	return os.WriteFile(params.out, c.text, 0o644)
}

// writePrivate writes a file for its owner alone, also if it was there already for others.
func writePrivate(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && info.Mode().IsRegular() { // /dev/null is for all
		err = file.Chmod(0o600)
	}
	if err == nil {
		_, err = file.Write(text)
	}
	return errors.Join(err, file.Close())
}
