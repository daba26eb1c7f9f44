package upstream

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/tlsfile"
)

const (
	continueTimeout = 1 * time.Second
	keepAlive       = 30 * time.Second

	// idlePerAddress is how many connections wait for the next request. Go's default of two
	// would open and close one for nearly every request under load.
	idlePerAddress = 256

	// A connection of HTTP/2 carries many requests, so a dead one is looked for.
	pingAfter   = 15 * time.Second
	pingTimeout = 5 * time.Second
)

// connector opens the connections of a pool.
type connector struct {
	upstream config.Upstream
	files    tlsfile.ClientFiles
	watcher  *reload.Watcher // nil: there are no files
	deaf     error           // why their changes are not noticed
	current  atomic.Pointer[transports]
}

// transports keep connections that were opened with the same files.
type transports struct {
	requests, checks *http.Transport
}

func newConnector(u config.Upstream) (*connector, error) {
	c := &connector{upstream: u, files: tlsfile.ClientFiles{
		CA: u.TLS.CAFile, Certificate: u.TLS.CertFile, Key: u.TLS.KeyFile,
	}}
	if names := c.files.Names(); len(names) > 0 {
		c.watcher, c.deaf = reload.Watch(names...) // first, so that no change is missed
	}
	if err := c.load(); err != nil {
		c.watcher.Close()
		return nil, err
	}
	return c, nil
}

// load reads the files. New connections are opened with what they say; those under way
// stay.
func (c *connector) load() error {
	settings, err := c.files.Load()
	if err != nil {
		return err
	}
	settings.ServerName = c.upstream.TLS.ServerName
	next := &transports{requests: newTransport(c.upstream, settings), checks: newTransport(c.upstream, settings.Clone())}
	next.checks.DisableKeepAlives = true
	next.checks.MaxConnsPerHost = 0
	if old := c.current.Swap(next); old != nil {
		old.close()
	}
	return nil
}

func (t *transports) close() {
	t.requests.CloseIdleConnections()
	t.checks.CloseIdleConnections()
}

// follow loads the files again when they change, until ctx ends.
func (p *Pool) follow(ctx context.Context) {
	defer p.connector.watcher.Close()
	p.connector.watcher.Run(ctx, func() {
		if err := p.connector.load(); err != nil {
			p.logf("%v; what was read before stays", err)
			return
		}
		p.logf("certificates reloaded")
	})
}

// newTransport returns a transport with a limit for each phase. There is none for a whole
// reply: a download may take an hour, and the client can end it.
func newTransport(u config.Upstream, settings *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: config.Duration(u.Timeouts.Dial, "5s"), KeepAlive: keepAlive}
	reply := config.Duration(u.Timeouts.ReplyHeader, "60s")
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           timed(dialer, reply),
		TLSClientConfig:       settings,
		TLSHandshakeTimeout:   config.Duration(u.Timeouts.TLSHandshake, "5s"),
		ResponseHeaderTimeout: reply,
		ExpectContinueTimeout: continueTimeout,
		// Shorter than the minute after which most backends close an idle connection: the
		// side that waits less long never meets one that is just being closed.
		IdleConnTimeout:     config.Duration(u.Timeouts.Idle, "30s"),
		MaxConnsPerHost:     u.Connections,
		MaxIdleConnsPerHost: cmp.Or(u.Connections, idlePerAddress),
		Protocols:           protocols(u.HTTP2),
		HTTP2:               &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		// Otherwise Go asks for gzip on its own account and unpacks the reply: the
		// client would not get the backend's bytes.
		DisableCompression: true,
	}
}

func protocols(mode string) *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(mode != "prior-knowledge")
	p.SetHTTP2(mode != "off")
	p.SetUnencryptedHTTP2(mode == "prior-knowledge")
	return &p
}
