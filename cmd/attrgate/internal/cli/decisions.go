package cli

import (
	"io"
	"sync"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
)

// decisionFormat renders what became of a request at a time as one line.
type decisionFormat func(at time.Time, e *exchange.Exchange) string

// decisionLog prints decisions when the answers have ended. It is safe for concurrent use.
type decisionLog struct {
	mu     sync.Mutex
	out    io.Writer
	format decisionFormat
}

// ended has the signature of exchange.Handler.Ended. A request that was not decided on has
// no line.
func (l *decisionLog) ended(e *exchange.Exchange) {
	if e.Decision.Outcome == "" {
		return
	}
	line := l.format(time.Now(), e)
	l.mu.Lock()
	defer l.mu.Unlock()
	// A reader that has gone away is no reason to stop serving.
	_, _ = io.WriteString(l.out, line)
}
