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
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/metrics"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// service is one run of serve.
type service struct {
	params         serveParams
	stdout, stderr io.Writer
	errorLog       *log.Logger
	gate           *reload.Gate
	certificates   *tlsfile.Source // nil: no TLS
	metrics        *metrics.Metrics
	recent         audit.Recent
	audit          *audit.Log
	decisions      *decisionLog // nil: decisions are printed as JSON
}

func newService(params serveParams, stdout, stderr io.Writer) *service {
	s := &service{params: params, stdout: stdout, stderr: stderr,
		errorLog: log.New(stderr, "attrgate: ", 0), metrics: metrics.New(moduleVersion())}
	if params.log == "json" {
		s.audit = audit.New(tee{stdout, &s.recent})
		return s
	}
	s.audit = audit.New(&s.recent)
	s.decisions = &decisionLog{out: stdout, format: textDecisions(logTime, colourful(stdout))}
	return s
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

// loadPolicy puts the policy in front of the backends and follows its changes. The function
// that it returns ends that; it is never nil.
func (s *service) loadPolicy(ctx context.Context, upstreams *gateway.Upstreams) (stop func(), err error) {
	files, deaf := reload.Watch(s.params.policy) // first, so that no change is missed
	source := reload.Source{File: s.params.policy, Options: middleware.Options{OnDecision: s.decided}, Check: checkRoutes(upstreams)}
	if s.gate, err = reload.New(source, s.metrics.Upstream(upstreams.Handler(routeOf))); err != nil {
		return files.Close, explain(err, s.stderr)
	}
	s.metrics.Started(time.Now())
	s.follow(ctx, files, deaf, s.refresh)
	return files.Close, nil
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

// checkRoutes finds backends for routes that a policy does not have: a route that has only
// changed its name must not go to another backend.
func checkRoutes(upstreams *gateway.Upstreams) func(policy.Policy) error {
	return func(p policy.Policy) error {
		var names []string
		for _, route := range p.Routes {
			names = append(names, route.Name)
		}
		return upstreams.Check(names)
	}
}

// loadTLS reads the certificates, if there are any, and follows their changes.
func (s *service) loadTLS(ctx context.Context) (stop func(), err error) {
	if s.params.tls.Certificate == "" {
		return func() {}, nil
	}
	files, deaf := reload.Watch(s.params.tls.Names()...)
	if s.certificates, err = tlsfile.New(s.params.tls); err != nil {
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

func (s *service) refresh() {
	s.metrics.Reloaded(time.Now(), refreshPolicy(s.gate, s.stderr, s.errorLog))
}

func (s *service) decided(r *http.Request, d middleware.Decision) {
	exchange.Decided(r, d)
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
	front, err := listen(ctx, s.params.listen, "--listen")
	if err != nil {
		return err
	}
	stopAdmin, err := s.serveAdmin(ctx)
	if err != nil {
		return errors.Join(err, front.Close())
	}
	defer stopAdmin()
	// Requests already wait in the listener's queue, but are not decided before this line.
	if err := s.announceGateway(front.Addr()); err != nil {
		return errors.Join(err, front.Close())
	}
	handler := &exchange.Handler{Next: s.gate, Began: s.metrics.Began, Ended: s.ended}
	return s.server(handler).Serve(ctx, front)
}

func (s *service) server(handler http.Handler) gateway.Server {
	server := gateway.Server{Handler: handler, ErrorLog: s.errorLog, DrainDelay: s.params.drainDelay, DrainTimeout: s.params.drainTimeout}
	if s.certificates != nil {
		server.TLS = s.certificates.Config()
	}
	return server
}

// serveAdmin returns when the address is open. Only the returned function ends it: while
// the gateway drains, operators want to look.
func (s *service) serveAdmin(ctx context.Context) (stop func(), err error) {
	if s.params.admin == "" {
		return func() {}, nil
	}
	listener, err := listen(ctx, s.params.admin, "--admin")
	if err != nil {
		return nil, err
	}
	handler := admin.NewHandler(admin.State{
		Unready: func() []string { return unready(ctx) }, Metrics: s.metrics.Handler(), Policy: s.gate.Policy, Decisions: &s.recent,
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
	upstreams := strings.Join(s.params.upstreams, ", ")
	if s.decisions == nil {
		slog.New(slog.NewJSONHandler(s.stdout, nil)).Info("gateway listens", "url", url, "upstream", upstreams)
		return nil
	}
	_, err := fmt.Fprintf(s.stdout, "gateway listens on %s and forwards to %s\n", url, upstreams)
	return err
}

func (s *service) announceAdmin(address net.Addr) error {
	url := "http://" + dialable(address)
	if s.decisions == nil {
		slog.New(slog.NewJSONHandler(s.stdout, nil)).Info("admin listens", "url", url)
		return nil
	}
	_, err := fmt.Fprintf(s.stdout, "admin listens on %s\n", url)
	return err
}
