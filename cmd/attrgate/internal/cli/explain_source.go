package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/curl"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/har"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// explainSource is where the request comes from.
type explainSource struct {
	file, curl, har string
	entry           int
	from            string
}

func (s *explainSource) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVarP(&s.file, "file", "f", "", "`file` with the request, as in a case folder; - for standard input")
	flags.StringVar(&s.curl, "curl", "", "curl `command` line that sends the request")
	flags.StringVar(&s.har, "har", "", "HTTP archive `file` with the request")
	flags.IntVar(&s.entry, "entry", -1, "`index` of the entry in the archive, from 0 (default: the only one)")
	flags.Lookup("entry").DefValue = "0" // help leaves it out
	flags.StringVar(&s.from, "from", "127.0.0.1", "`address` that the request comes from, for policies that trust proxies")
	// For completion; check says it better.
	command.MarkFlagsOneRequired("file", "curl", "har")
	command.MarkFlagsMutuallyExclusive("file", "curl", "har")
}

// check makes sure that there is one request.
func (s explainSource) check() error {
	given := 0
	for _, source := range []string{s.file, s.curl, s.har} {
		if source != "" {
			given++
		}
	}
	if given != 1 {
		return fmt.Errorf("one of --file, --curl and --har is required, %d given (see: attrgate explain --help)", given)
	}
	return nil
}

func (s explainSource) read(stdin io.Reader) (*http.Request, error) {
	from, err := netip.ParseAddr(s.from)
	if err != nil {
		return nil, fmt.Errorf("--from: %q is not an IP address", s.from)
	}
	r, err := s.request(stdin)
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = netip.AddrPortFrom(from, 0).String()
	return r, nil
}

func (s explainSource) request(stdin io.Reader) (*http.Request, error) {
	switch {
	case s.har != "":
		return s.archived()
	case s.entry >= 0:
		return nil, errors.New("--entry is for --har")
	case s.curl != "":
		message, err := curl.Parse(s.curl)
		return received("--curl", message, err)
	case s.file == "-":
		content, err := io.ReadAll(stdin)
		return parsed("<stdin>", content, err)
	}
	content, err := os.ReadFile(s.file)
	return parsed(s.file, content, err)
}

func parsed(name string, content []byte, err error) (*http.Request, error) {
	if err != nil {
		return nil, err
	}
	message, err := policytest.ParseMessage(content)
	return received(name, message, err)
}

// received is a message as a server reads it.
func received(name string, message policytest.Message, err error) (*http.Request, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r, err := message.Request()
	if err != nil {
		// The error repeats what stands in the file: a token, perhaps.
		return nil, fmt.Errorf("%s: not an HTTP request: a request line, header lines, an empty line and a body", name)
	}
	return r, nil
}

// archived returns the entry that was asked for, or the only one. Broken entries count.
func (s explainSource) archived() (*http.Request, error) {
	file, err := os.Open(s.har)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	reader, found, failed, count := har.NewReader(file), (*http.Request)(nil), error(nil), 0
	for {
		entry, err := reader.Next()
		broken := (*har.EntryError)(nil)
		switch {
		case errors.Is(err, io.EOF):
			return s.chosen(found, failed, count)
		case err != nil && !errors.As(err, &broken):
			return nil, fmt.Errorf("%s: %w", s.har, err)
		case count == max(s.entry, 0):
			found, failed = entry.Request, err
		}
		count++
	}
}

func (s explainSource) chosen(found *http.Request, failed error, count int) (*http.Request, error) {
	switch {
	case count == 0:
		return nil, fmt.Errorf("%s: no entries", s.har)
	case s.entry >= count || s.entry < 0 && count > 1:
		return nil, fmt.Errorf("%s has %d entries: choose one with --entry 0 to %d", s.har, count, count-1)
	case failed != nil:
		return nil, fmt.Errorf("%s: %w", s.har, failed)
	}
	return found, nil
}

// policyFile is the policy's file: the one that was named, the nearest to the request, or
// the one in this folder.
func (p explainParams) policyFile() (string, error) {
	if p.policy != "" {
		return p.policy, nil
	}
	if p.source.file != "" && p.source.file != "-" {
		dir, err := filepath.Abs(filepath.Dir(p.source.file))
		if err != nil {
			return "", err
		}
		for ; ; dir = filepath.Dir(dir) {
			if name := policyIn(dir); name != "" {
				return p.source.spelled(name), nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	if name := policyIn("."); name != "" {
		return name, nil
	}
	return "", errors.New("no policy.yaml or policy.json near the request or here; name one with --policy")
}

func policyIn(dir string) string {
	for _, name := range []string{"policy.yaml", "policy.yml", "policy.json"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return filepath.Join(dir, name)
		}
	}
	return ""
}

// spelled writes a path as the request's was written: from this folder, or in full.
func (s explainSource) spelled(name string) string {
	here, err := os.Getwd()
	if err != nil || filepath.IsAbs(s.file) {
		return name
	}
	if relative, err := filepath.Rel(here, name); err == nil {
		return relative
	}
	return name
}
