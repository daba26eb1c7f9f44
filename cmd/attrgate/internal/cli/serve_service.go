package cli

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/clientaddr"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/metrics"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/protect"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/ratelimit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redact"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/redisstore"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/seldom"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/telemetry"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// settleTime is what requests that were cut off, and connections that were upgraded, get to come
// to their end and into the log.
const settleTime = time.Second

// flushTime is what telemetry gets at the end, if the drain leaves it no more.
const flushTime = time.Second

// health is what /readyz says. Each function returns reasons, or none.
type health struct {
	unready  []func() []string // why no more requests should come
	degraded []func() []string // what is not as it should be, though they may
}

// service is one run of serve.
type service struct {
	read           func() (*serveFile, error)
	stdout, stderr io.Writer
	errorLog       *log.Logger
	gate           *reload.Gate
	started        config.Gateway  // the section at the start
	open           bool            // what the section asks for at the start is open
	certificates   *tlsfile.Source // nil: no TLS
	metrics        *metrics.Metrics
	backends       *metrics.Upstreams
	upstreams      atomic.Pointer[gateway.Upstreams]  // in force
	trusted        atomic.Pointer[clientaddr.Trusted] // in force
	front          *protect.Front
	buckets        *ratelimit.Local
	redis          *redisstore.Store // nil: there is none
	records        records
	telemetry      *telemetry.Telemetry
	systemd        *systemd
	health         health
	last           time.Time // until when telemetry may be sent at the end

	reloading sync.Mutex
	reloads   reloads
}

func newService(read func() (*serveFile, error), stdout, stderr io.Writer) *service {
	errorLog := log.New(stderr, "attrgate: ", 0)
	s := &service{read: read, stdout: stdout, stderr: stderr, errorLog: errorLog,
		metrics: metrics.New(moduleVersion()), systemd: &systemd{errorLog: errorLog}}
	s.backends = metrics.NewUpstreams(s.metrics, s.upstreamState)
	s.health.unready = append(s.health.unready, s.records.unready)
	s.health.degraded = append(s.health.degraded, s.records.degraded, s.degraded)
	return s
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
	s.metrics.Started(time.Now())
	s.metrics.Watch(s.state)
	s.follow(ctx, files, deaf, s.refresh)
	return files.Close, nil
}

// state is measured when the metrics are asked for.
func (s *service) state(now time.Time) metrics.State {
	return metrics.State{Policy: s.gate.Shown().Digest, Tokens: s.gate.Tokens(now), Audit: s.records.counts(), Unsent: s.telemetry.Unsent()}
}

// start opens what the section asks for and what lives as long as the process.
func (s *service) start(section config.Gateway) (err error) {
	if s.open {
		return nil
	}
	s.started = section
	if err := s.prepare(section); err != nil {
		return err
	}
	s.telemetry, err = telemetry.New(section.Telemetry, telemetry.Options{
		Version: moduleVersion(), Metrics: s.metrics.Registry(),
		Report: seldom.New(s.errorLog, "telemetry cannot be sent", nil).Print,
	})
	if err != nil {
		return err
	}
	err = s.records.open(section, s.stdout, s.errorLog, s.telemetry.LogHandlers()...)
	s.open = err == nil
	return err
}

// build makes the parts of a file that change with it.
func (s *service) build(file *serveFile) (reload.Parts, error) {
	if err := s.start(file.Gateway); err != nil {
		return reload.Parts{}, err
	}
	full := file.Policy.Expand()
	shown, err := redact.Policy(full)
	if err != nil {
		return reload.Parts{}, err
	}
	upstreams, err := gateway.NewUpstreams(file.Gateway, s.upstreams.Load(), s.upstreamOptions())
	if err != nil {
		return reload.Parts{}, err
	}
	next := s.front.Unguarded(s.telemetry.Upstream(s.metrics.Upstream(upstreams.Handler(routeOf))))
	return reload.Parts{
		Gateway: file.Gateway,
		Shown:   shown,
		Options: s.options(file.Gateway, s.decided(shown.Digest, full)),
		Next:    s.records.guard(next, full),
		InForce: func() {
			trusted := clientaddr.Parse(file.Gateway.TrustedProxies)
			s.upstreams.Store(upstreams)
			s.trusted.Store(&trusted)
		},
		Close: upstreams.Close,
	}, nil
}

// decided notes the decisions of a policy.
func (s *service) decided(digest string, full policy.Policy) func(*http.Request, middleware.Decision) {
	note, span := exchange.Decided(digest), s.telemetry.Decided(full)
	return func(r *http.Request, d middleware.Decision) {
		note(r, d)
		span(r)
		unguard(r, d)
	}
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

// clientOf is the address of a request's client, behind the proxies that are trusted.
func (s *service) clientOf(r *http.Request) string {
	if address := s.trusted.Load().Of(r); address.IsValid() {
		return address.String()
	}
	return ""
}

func (s *service) ended(e *exchange.Exchange) {
	s.metrics.Ended(e)
	s.records.ended(e)
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
	defer s.systemd.watch(ctx)()
	s.systemd.ready()
	handler := &exchange.Handler{Next: s.telemetry.Handler(s.gate), Client: s.clientOf, Began: s.metrics.Began, Ended: s.ended}
	stopped := make(chan time.Time, 1)
	defer context.AfterFunc(ctx, func() { stopped <- time.Now() })()
	server := s.server(s.front.Wrap(handler))
	fronts = s.limitConnections(&server, fronts)
	err = server.Serve(ctx, fronts...)
	s.front.Settle(settleTime)
	s.last = time.Now().Add(flushTime)
	select {
	case at := <-stopped:
		if end := at.Add(s.drainTime()); end.After(s.last) {
			s.last = end
		}
	default:
	}
	return err
}

func (s *service) drainTime() time.Duration {
	drain := s.started.Drain
	return config.Duration(drain.Delay, "0s") + config.Duration(drain.Timeout, "10s")
}

// close ends what start has opened: what is to be sent has what is left of the drain.
func (s *service) close() {
	ctx, cancel := context.WithDeadline(context.Background(), s.last)
	defer cancel()
	if s.telemetry != nil {
		s.telemetry.Shutdown(ctx)
	}
	if err := s.records.close(); err != nil {
		s.errorLog.Print(oneLine(err))
	}
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
