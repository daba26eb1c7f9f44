package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/metrics"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/protect"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/ratelimit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redisstore"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
	"github.com/attrgate/attrgate/middleware"
)

// service is one run of serve.
type service struct {
	read           func() (*serveFile, error)
	stdout, stderr io.Writer
	errorLog       *log.Logger
	gate           *reload.Gate
	started        config.Gateway  // the section at the start
	certificates   *tlsfile.Source // nil: no TLS
	metrics        *metrics.Metrics
	backends       *metrics.Upstreams
	upstreams      atomic.Pointer[gateway.Upstreams] // in force
	recent         audit.Recent
	audit          *audit.Log
	decisions      *decisionLog // nil: decisions are not printed as text
	once           sync.Once    // for prepare
	front          *protect.Front
	buckets        *ratelimit.Local
	redis          *redisstore.Store // nil: there is none
}

func newService(read func() (*serveFile, error), stdout, stderr io.Writer) *service {
	s := &service{read: read, stdout: stdout, stderr: stderr,
		errorLog: log.New(stderr, "attrgate: ", 0), metrics: metrics.New(moduleVersion())}
	s.backends = metrics.NewUpstreams(s.metrics, s.upstreamState)
	return s
}

// logTo makes the logs of decisions before the first one can be made.
func (s *service) logTo(form string) {
	s.audit = audit.New(&s.recent)
	switch form {
	case "json":
		s.audit = audit.New(tee{s.stdout, &s.recent})
	case "", "text":
		s.decisions = &decisionLog{out: s.stdout, format: textDecisions(logTime, colourful(s.stdout))}
	}
}

// tee writes to both, also if one fails.
type tee struct {
	first, second io.Writer
}

func (t tee) Write(p []byte) (int, error) {
	_, err := t.first.Write(p)
	n, second := t.second.Write(p)
	return n, errors.Join(err, second)
}

// loadFile puts the policy in front of the backends and follows the changes of the file. The
// function that it returns ends that; it is never nil.
func (s *service) loadFile(ctx context.Context, name string) (stop func(), err error) {
	var names []string
	if name != stdinName {
		names = []string{name}
	}
	files, deaf := reload.Watch(names...) // first, so that no change is missed
	if s.gate, err = reload.New(reload.Source{Read: s.read, Build: s.build}); err != nil {
		return files.Close, explain(err, s.stderr)
	}
	s.started = s.gate.Gateway()
	s.logTo(s.started.Log.Decisions)
	s.metrics.Started(time.Now())
	s.follow(ctx, files, deaf, s.refresh)
	return files.Close, nil
}

// build makes the parts of a file that change with it.
func (s *service) build(file *serveFile) (reload.Parts, error) {
	var err error
	if s.once.Do(func() { err = s.prepare(file.Gateway) }); err != nil {
		return reload.Parts{}, err
	}
	upstreams, err := gateway.NewUpstreams(file.Gateway, s.upstreams.Load(), s.upstreamOptions())
	if err != nil {
		return reload.Parts{}, err
	}
	return reload.Parts{
		Gateway: file.Gateway,
		Options: s.options(file.Gateway),
		Next:    s.front.Unguarded(s.metrics.Upstream(upstreams.Handler(routeOf))),
		InForce: func() { s.upstreams.Store(upstreams) },
		Close:   upstreams.Close,
	}, nil
}

// follow calls refresh whenever files change. A system that cannot watch them is no reason
// not to serve.
func (s *service) follow(ctx context.Context, files *reload.Watcher, deaf error, refresh func()) {
	if deaf != nil {
		s.errorLog.Printf("changes of files are not noticed, only SIGHUP is: %s", oneLine(deaf))
	}
	reload.OnHangup(ctx, refresh)
	go files.Run(ctx, refresh)
}

func routeOf(r *http.Request) string {
	return exchange.From(r).Decision.Route
}

// loadTLS reads the certificates, if there are any, and follows their changes.
func (s *service) loadTLS(ctx context.Context) (stop func(), err error) {
	t := s.started.TLS
	if t.CertFile == "" {
		return func() {}, nil
	}
	names := tlsfile.Files{Certificate: t.CertFile, Key: t.KeyFile, ClientCA: t.ClientCAFile}
	files, deaf := reload.Watch(names.Names()...)
	if s.certificates, err = tlsfile.New(names); err != nil {
		return files.Close, err
	}
	s.follow(ctx, files, deaf, s.refreshTLS)
	return files.Close, nil
}

func (s *service) refreshTLS() {
	if err := s.certificates.Reload(); err != nil {
		s.errorLog.Printf("%s; the certificates in use stay", oneLine(err))
		return
	}
	s.errorLog.Print("certificates reloaded")
}

// refresh takes a changed file.
func (s *service) refresh() {
	err := refreshPolicy(s.gate, s.stderr, s.errorLog)
	s.metrics.Reloaded(time.Now(), err)
	if err == nil {
		for _, field := range s.started.Fixed(s.gate.Gateway()) {
			s.errorLog.Printf("%s has changed: this takes effect at the next start", field)
		}
	}
}

func (s *service) decided(r *http.Request, d middleware.Decision) {
	exchange.Decided(r, d)
	unguard(r, d)
	if s.decisions != nil {
		s.decisions.record(r, d)
	}
}

func (s *service) ended(e *exchange.Exchange) {
	s.metrics.Ended(e)
	s.audit.Ended(e)
}

// serve runs the gateway until ctx ends, and the admin server until after that.
func (s *service) serve(ctx context.Context) error {
	fronts, err := listenAll(ctx, s.started.Listen)
	if err != nil {
		return err
	}
	stopAdmin, err := s.serveAdmin(ctx)
	if err != nil {
		return errors.Join(err, closeAll(fronts))
	}
	defer stopAdmin()
	// Requests already wait in the listener's queue, but are not decided before this line.
	for _, front := range fronts {
		if err := s.announceGateway(front.Addr()); err != nil {
			return errors.Join(err, closeAll(fronts))
		}
	}
	handler := &exchange.Handler{Next: s.gate, Began: s.metrics.Began, Ended: s.ended}
	server := s.server(s.front.Wrap(handler))
	fronts = s.limitConnections(&server, fronts)
	return server.Serve(ctx, fronts...)
}

func (s *service) server(handler http.Handler) gateway.Server {
	drain, timeouts := s.started.Drain, s.started.Timeouts
	server := gateway.Server{Handler: handler, ErrorLog: s.errorLog, HeaderBytes: s.started.Limits.HeaderBytes,
		ReadHeader: config.Duration(timeouts.ReadHeader, "0s"), Idle: config.Duration(timeouts.Idle, "0s"),
		DrainDelay: config.Duration(drain.Delay, "0s"), DrainTimeout: config.Duration(drain.Timeout, "10s")}
	if s.certificates != nil {
		server.TLS = s.certificates.Config()
	}
	return server
}

// serveAdmin returns when the address is open. Only the returned function ends it: while
// the gateway drains, operators want to look.
func (s *service) serveAdmin(ctx context.Context) (stop func(), err error) {
	if s.started.Admin.Listen == "" {
		return func() {}, nil
	}
	listener, err := listen(ctx, s.started.Admin.Listen, "--admin")
	if err != nil {
		return nil, err
	}
	handler := admin.NewHandler(admin.State{
		Unready: func() []string { return unready(ctx) }, Degraded: s.degraded, Metrics: s.metrics.Handler(), Policy: s.gate.Policy, Decisions: &s.recent,
	})
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- gateway.Serve(running, listener, handler, s.errorLog) }()
	stop = func() {
		if end(); <-ended != nil {
			s.errorLog.Print("the admin server has failed")
		}
	}
	return stop, s.announceAdmin(listener.Addr())
}

func unready(ctx context.Context) []string {
	if ctx.Err() != nil {
		return []string{"draining"}
	}
	return nil
}

func (s *service) announceGateway(address net.Addr) error {
	url := "http://" + dialable(address)
	if s.certificates != nil {
		url = "https://" + dialable(address)
	}
	upstreams := strings.Join(s.started.Backends(), ", ")
	if s.started.Log.Decisions == "json" {
		slog.New(slog.NewJSONHandler(s.stdout, nil)).Info("gateway listens", "url", url, "upstream", upstreams)
		return nil
	}
	_, err := fmt.Fprintf(s.stdout, "gateway listens on %s and forwards to %s\n", url, upstreams)
	return err
}

func (s *service) announceAdmin(address net.Addr) error {
	url := "http://" + dialable(address)
	if s.started.Log.Decisions == "json" {
		slog.New(slog.NewJSONHandler(s.stdout, nil)).Info("admin listens", "url", url)
		return nil
	}
	_, err := fmt.Fprintf(s.stdout, "admin listens on %s\n", url)
	return err
}
