package cli

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/sandbox"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

const (
	demoAudience = "contact-centre"
	demoClient   = "demo"
	demoSecret   = "demo-secret"

	scopeSalesIQ    = "SalesIQ.conversations.UPDATE"
	scopeReadOnly   = "SalesIQ.conversations.READ"
	scopeExpertFlow = "channel-session:update"
)

// demoStage is the three servers of the demo. They listen from the start and answer once
// serve runs.
type demoStage struct {
	gateway, backend, issuer demoServer

	authorization *authserver.Server
	sandbox       *sandbox.Server
	proxy         *gateway.Proxy
	errorLog      *log.Logger
}

type demoServer struct {
	listener net.Listener
	handler  http.Handler
}

func (s demoServer) url() string {
	return "http://" + s.listener.Addr().String()
}

// demoServers is how many ports the demo takes.
const demoServers = 3

// newDemoStage opens the ports from the first one on, or free ones if it is zero.
func newDemoStage(ctx context.Context, first uint16, decided func(*exchange.Exchange), errorLog *log.Logger) (*demoStage, error) {
	s := &demoStage{errorLog: errorLog}
	for _, step := range []func() error{
		func() error { return s.openPorts(ctx, int(first)) },
		s.raiseIssuer,
		s.raiseBackend,
		func() error { return s.raiseGateway(decided) },
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *demoStage) openPorts(ctx context.Context, first int) (err error) {
	for i, server := range []*demoServer{&s.gateway, &s.backend, &s.issuer} {
		port := 0
		if first != 0 {
			port = first + i
		}
		if server.listener, err = listen(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), "--port"); err != nil {
			return err
		}
	}
	return nil
}

func (s *demoStage) raiseIssuer() (err error) {
	s.authorization, err = authserver.New(authserver.Options{
		Issuer:   s.issuer.url(),
		Audience: demoAudience,
		Lifetime: time.Hour,
		Clients: []authserver.Client{{
			ID: demoClient, Secret: demoSecret, Scopes: []string{scopeSalesIQ, scopeReadOnly, scopeExpertFlow},
		}},
	})
	s.issuer.handler = s.authorization
	return err
}

func (s *demoStage) raiseBackend() (err error) {
	s.sandbox, err = sandbox.New(sandbox.Options{})
	s.backend.handler = s.sandbox
	return err
}

// raiseGateway guards the routes that a policy without any guards: both built-in ones.
func (s *demoStage) raiseGateway(decided func(*exchange.Exchange)) error {
	gate, err := middleware.New(policy.Policy{
		Issuers: []policy.Issuer{{Issuer: s.issuer.url(), Audiences: []string{demoAudience}}},
	}, middleware.Options{OnDecision: exchange.Decided("")})
	if err != nil {
		return err
	}
	s.proxy, err = gateway.NewProxy(s.backend.url(), s.errorLog)
	if err != nil {
		return err
	}
	s.gateway.handler = &exchange.Handler{Next: gate.Wrap(s.proxy), Began: func() {}, Ended: decided}
	return nil
}

// serve runs all three until ctx ends or one fails. The two behind the gateway outlive
// it, so that the requests under way can finish.
func (s *demoStage) serve(ctx context.Context) error {
	front, stopFront := context.WithCancel(ctx)
	defer stopFront()
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBehind()
	ended := make(chan error, 2)
	for _, server := range []demoServer{s.backend, s.issuer} {
		go func() {
			err := gateway.Serve(behind, server.listener, server.handler, s.errorLog)
			stopFront()
			ended <- err
		}()
	}
	err := gateway.Serve(front, s.gateway.listener, s.gateway.handler, s.errorLog)
	s.proxy.Close() // idle connections would be waited for
	stopBehind()
	return errors.Join(err, <-ended, <-ended)
}

// close releases what was opened; what serve has closed already is no error.
func (s *demoStage) close() error {
	for _, server := range []demoServer{s.gateway, s.backend, s.issuer} {
		if server.listener != nil {
			_ = server.listener.Close()
		}
	}
	if s.sandbox == nil {
		return nil
	}
	return s.sandbox.Close()
}
