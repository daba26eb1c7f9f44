package e2e

import (
	"encoding/json"
	"io"
	"regexp"
	"sync"
)

// decisionLog takes what the plugin prints and hands its decisions to the cases they
// belong to, which it knows by the names of their middlewares.
type decisionLog struct {
	mu    sync.Mutex
	doors map[string]func(any)
	rest  io.Writer // takes all other lines
}

// tell makes a case known by the name of its middleware.
func (l *decisionLog) tell(name string, decided func(any)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doors[name] = decided
}

// Write implements io.Writer. A decision is one line, written at once.
func (l *decisionLog) Write(p []byte) (int, error) {
	found := regexp.MustCompile(`attrgate (case-\d+): (\{.*\})\n`).FindSubmatch(p)
	if found == nil {
		return l.rest.Write(p)
	}
	l.mu.Lock()
	decided := l.doors[string(found[1])]
	l.mu.Unlock()
	decided(json.RawMessage(found[2]))
	return len(p), nil
}
