package cli

import (
	"io"
	"log"
	"log/slog"
	"net/http"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/linebuffer"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/seldom"
	"github.com/attrgate/attrgate/middleware/policy"
)

// records are what is written about requests.
type records struct {
	stdout *linebuffer.Writer
	recent audit.Recent // empty if nobody can ask for it
	lines  *audit.Log
	text   *decisionLog // nil: decisions are not printed as text
	file   *audit.File  // nil: there is none
	refuse bool         // guarded requests, while the file cannot be written
}

// open opens what the section says. Further handlers get the lines, too.
func (r *records) open(g config.Gateway, stdout io.Writer, errorLog *log.Logger, further ...slog.Handler) (err error) {
	c := g.Log
	r.stdout = linebuffer.New(told{stdout, seldom.New(errorLog, "decisions cannot be written to stdout", nil).Print})
	var outs tee
	if g.Admin.Listen != "" {
		outs = append(outs, &r.recent)
	}
	switch c.Decisions {
	case "json":
		outs = append(outs, r.stdout)
	case "", "text":
		r.text = &decisionLog{out: r.stdout, format: textDecisions(logTime, colourful(stdout))}
	}
	if c.Audit.File != "" {
		if r.file, err = audit.Open(c.Audit, seldom.New(errorLog, "the audit file cannot be written", nil).Print); err != nil {
			return err
		}
		outs = append(outs, r.file)
		r.refuse = c.Audit.OnFailure == "refuse"
	}
	r.lines = audit.New(outs.writer(), further...)
	return nil
}

func (r *records) ended(e *exchange.Exchange) {
	r.lines.Ended(e)
	if r.text != nil {
		r.text.ended(e)
	}
}

// guard refuses what cannot be recorded, if that is asked for.
func (r *records) guard(next http.Handler, p policy.Policy) http.Handler {
	if !r.refuse {
		return next
	}
	envelopes := map[string]string{}
	for _, route := range p.Routes {
		if route.Errors == "native" {
			envelopes[route.Name] = route.API
		}
	}
	return r.file.Guard(next, func(route string) string { return envelopes[route] })
}

// unready and degraded say the same: which of them is asked to is up to the section.
func (r *records) unready() []string {
	if !r.refuse {
		return nil
	}
	return r.trouble()
}

func (r *records) degraded() []string {
	if r.refuse {
		return nil
	}
	return r.trouble()
}

func (r *records) trouble() []string {
	if r.file == nil || r.file.Ready() {
		return nil
	}
	return []string{"the audit file cannot be written"}
}

func (r *records) counts() audit.Counts {
	if r.file == nil {
		return audit.Counts{}
	}
	return r.file.Counts()
}

func (r *records) close() error {
	if r.stdout != nil {
		_ = r.stdout.Close() // a reader that has gone away misses nothing
	}
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// told tells of what could not be written.
type told struct {
	io.Writer
	failed func(error)
}

func (t told) Write(p []byte) (int, error) {
	n, err := t.Writer.Write(p)
	if err != nil {
		t.failed(err)
	}
	return n, err
}

// tee writes to all, also if some fail: a reader of stdout that has gone away is no reason
// to leave out the others.
type tee []io.Writer

// writer is nil if there is nobody to write to.
func (t tee) writer() io.Writer {
	if len(t) == 0 {
		return nil
	}
	return t
}

func (t tee) Write(p []byte) (int, error) {
	for _, out := range t {
		_, _ = out.Write(p)
	}
	return len(p), nil
}
