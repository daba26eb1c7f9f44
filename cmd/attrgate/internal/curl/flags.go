package curl

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/pflag"
)

var (
	errNoBasic = errors.New("user and password are not for attrgate: it takes access tokens; send one with -H 'Authorization: Bearer …'")
	errNoForm  = errors.New("forms and uploads cannot be JSON; send the body with --json, -d or --data-binary")
)

// options are the flags of curl that decide on the request.
type options struct {
	method   string
	headers  []string
	data     data
	urls     []string
	bearer   string
	cookie   string
	get      bool
	head     bool
	pathAsIs bool
}

// Flags that change nothing about the request, or only what a gate does not look at: first
// those without a value.
var (
	ignored = map[string]string{
		"insecure": "k", "silent": "s", "show-error": "S", "verbose": "v", "include": "i", "location": "L", "fail": "f",
		"globoff": "g", "compressed": "", "http1.0": "0", "http1.1": "", "http2": "", "http2-prior-knowledge": "", "http3": "",
		"no-buffer": "N", "progress-bar": "#", "no-progress-meter": "", "fail-with-body": "", "remote-name": "O", "ipv4": "4",
		"ipv6": "6", "tlsv1.2": "", "tlsv1.3": "", "no-keepalive": "", "disable": "q", "tr-encoding": "", "create-dirs": "",
	}
	ignoredValues = map[string]string{
		"output": "o", "write-out": "w", "max-time": "m", "connect-timeout": "", "proxy": "x", "cacert": "", "capath": "",
		"cert": "E", "key": "", "cert-type": "", "key-type": "", "retry": "", "retry-delay": "", "retry-max-time": "", "resolve": "",
		"connect-to": "", "interface": "", "user-agent": "A", "referer": "e", "dump-header": "D", "cookie-jar": "c", "limit-rate": "",
		"max-redirs": "", "stderr": "", "trace": "", "trace-ascii": "", "noproxy": "", "proxy-user": "U", "ciphers": "",
	}
)

func parseFlags(words []string) (*options, error) {
	o := &options{}
	flags := pflag.NewFlagSet("curl", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVarP(&o.method, "request", "X", "", "")
	flags.StringArrayVarP(&o.headers, "header", "H", nil, "")
	flags.StringArrayVar(&o.urls, "url", nil, "")
	flags.StringVar(&o.bearer, "oauth2-bearer", "", "")
	flags.StringVarP(&o.cookie, "cookie", "b", "", "")
	flags.BoolVarP(&o.get, "get", "G", false, "")
	flags.BoolVarP(&o.head, "head", "I", false, "")
	flags.BoolVar(&o.pathAsIs, "path-as-is", false, "")
	o.data.addFlags(flags)
	addRefused(flags)
	for name, short := range ignored {
		flags.BoolP(name, short, false, "")
	}
	for name, short := range ignoredValues {
		flags.StringP(name, short, "", "")
	}
	if err := flags.Parse(words); err != nil {
		return nil, explained(err)
	}
	o.urls = append(o.urls, flags.Args()...)
	return o, nil
}

// refusal is a flag that says why it cannot be taken. It implements pflag.Value.
type refusal struct{ why error }

// String returns the default.
func (refusal) String() string { return "" }

// Type names the value.
func (refusal) Type() string { return "string" }

// Set refuses every value.
func (r refusal) Set(string) error { return r.why }

func addRefused(flags *pflag.FlagSet) {
	flags.VarP(refusal{errNoBasic}, "user", "u", "")
	flags.VarP(refusal{errNoForm}, "form", "F", "")
	flags.VarP(refusal{errNoForm}, "upload-file", "T", "")
	flags.Var(refusal{errNoForm}, "data-urlencode", "")
	flags.VarP(refusal{errors.New("what a file of flags says is not known here; write them out")}, "config", "K", "")
}

// explained leaves out the value that was refused: it may be a password.
func explained(err error) error {
	bad := (*pflag.InvalidValueError)(nil)
	if errors.As(err, &bad) {
		return fmt.Errorf("--%s: %w", bad.GetFlag().Name, errors.Unwrap(bad))
	}
	return err
}
