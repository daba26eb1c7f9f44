package cli_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

// run executes one command line to its end.
func run(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	return runWith(ctx, "", args...)
}

func runWith(ctx context.Context, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Run(ctx, args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestWrongUsageIsOneLineAndCode2(t *testing.T) {
	for line, want := range map[string]string{
		"sandbx":           `attrgate: unknown command "sandbx" for "attrgate"; Did you mean this? sandbox`,
		"sandbox extra":    `attrgate: unexpected argument "extra" (see: attrgate sandbox --help)`,
		"sandbox --nope":   `attrgate: unknown flag: --nope (see: attrgate sandbox --help)`,
		"help sandbx":      `attrgate: unknown command "sandbx" for "attrgate"; Did you mean this? sandbox`,
		"help serve tls":   `attrgate: unknown command "serve tls"`,
		"types nope":       `attrgate: unknown command "nope" for "attrgate types"`,
		"completion ksh":   `attrgate: unknown command "ksh" for "attrgate completion"`,
		"demo --port x":    `attrgate: invalid argument "x" for "--port" flag: must be a whole number (see: attrgate demo --help)`,
		"version --listen": `attrgate: unknown flag: --listen (see: attrgate version --help)`,
	} {
		code, stdout, stderr := run(t.Context(), strings.Fields(line)...)
		if code != 2 || stdout != "" || stderr != want+"\n" {
			t.Errorf("%s: code %d, stdout %q, stderr %q", line, code, stdout, stderr)
		}
	}
}

func TestHelpHasExamplesForEveryVerb(t *testing.T) {
	for _, line := range []string{"", "--help", "help sandbox", "sandbox --help", "help version"} {
		code, stdout, stderr := run(t.Context(), strings.Fields(line)...)
		if code != 0 || !strings.Contains(stdout, "Examples:") || stderr != "" {
			t.Errorf("%q: code %d, stdout %q, stderr %q", line, code, stdout, stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	code, stdout, stderr := run(t.Context(), "version")
	if _, flag, _ := run(t.Context(), "--version"); flag != stdout {
		t.Errorf("version prints %q and --version %q", stdout, flag)
	}
	if code != 0 || !strings.HasPrefix(stdout, "attrgate ") || !strings.Contains(stdout, " go1.") || stderr != "" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestFlagsAreCompleted(t *testing.T) {
	for line, want := range map[string]string{
		"serve --config":         "yaml\nyml\njson\n:8\n", // files that end so
		"serve --policy":         "yaml\nyml\njson\n:8\n",
		"token --policy":         "yaml\nyml\njson\n:8\n",
		"replay --against":       "yaml\nyml\njson\n:8\n",
		"explain --har":          "har\njson\n:8\n",
		"serve --tls-key":        ":0\n",  // any file
		"init --dir":             ":16\n", // folders
		"serve --listen":         ":4\n",  // no file
		"demo --port":            ":4\n",
		"serve --log":            "text\njson\nnone\n:4\n",
		"explain --token-claims": "sent\n:4\n",
		"types try --types":      "strict\ndocumented\n:4\n",
	} {
		args := append([]string{"__complete"}, strings.Fields(line)...)
		if code, stdout, _ := run(t.Context(), append(args, "")...); code != 0 || stdout != want {
			t.Errorf("%s: code %d, %q, want %q", line, code, stdout, want)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, stdout, stderr := run(t.Context(), "completion", shell)
		if code != 0 || !strings.Contains(stdout, "attrgate") || stderr != "" {
			t.Errorf("%s: code %d, stderr %q", shell, code, stderr)
		}
	}
}
