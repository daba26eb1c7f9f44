package gateway

import (
	"net"
	"net/http"
	"time"
)

// The patience with a backend. There is no limit for a whole reply: a download may take
// an hour, and the client can end it.
const (
	dialTimeout         = 5 * time.Second
	tlsHandshakeTimeout = 5 * time.Second
	replyHeaderTimeout  = 60 * time.Second
	continueTimeout     = 1 * time.Second
	keepAlive           = 30 * time.Second

	// Shorter than the minute after which most backends close an idle connection: the
	// side that waits less long never meets one that is just being closed.
	idleTimeout = 30 * time.Second
)

// idlePerBackend is how many connections wait for the next request. Go's default of two
// would open and close one for nearly every request under load.
const idlePerBackend = 256

func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSHandshakeTimeout:   tlsHandshakeTimeout,
		ResponseHeaderTimeout: replyHeaderTimeout,
		ExpectContinueTimeout: continueTimeout,
		IdleConnTimeout:       idleTimeout,
		MaxIdleConnsPerHost:   idlePerBackend,
		ForceAttemptHTTP2:     true,
		// Otherwise Go asks for gzip on its own account and unpacks the reply: the
		// client would not get the backend's bytes.
		DisableCompression: true,
	}
}
