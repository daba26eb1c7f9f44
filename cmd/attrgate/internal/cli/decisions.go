package cli

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/attrgate/attrgate/middleware"
)

// decisionFormat renders a decision that was made at a time as one line.
type decisionFormat func(at time.Time, d middleware.Decision) string

// decisionLog prints decisions as they are made. It is safe for concurrent use.
type decisionLog struct {
	mu     sync.Mutex
	out    io.Writer
	format decisionFormat
}

// record has the signature of middleware.Options.OnDecision.
func (l *decisionLog) record(_ *http.Request, d middleware.Decision) {
	line := l.format(time.Now(), d)
	l.mu.Lock()
	defer l.mu.Unlock()
	// A reader that has gone away is no reason to stop serving.
	_, _ = io.WriteString(l.out, line)
}
