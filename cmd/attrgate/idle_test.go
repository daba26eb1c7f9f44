package main_test

import (
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
)

// TestTenThousandIdleConnections keeps as many open as the file limit of this process
// allows, up to 10 000, of which every second one has had an answer. Memory grows by a
// bounded amount for each, others are served, and all is given back.
func TestTenThousandIdleConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("takes thousands of connections")
	}
	// On a busy machine it takes longer to open them than a connection may be without a header.
	p := run(t, file(t, static("crm")+section(t, "timeouts: {readHeader: 1h, idle: 1h}")))
	p.update(t, "Bearer crm")
	before := p.metric(t, "process_resident_memory_bytes")
	n := min(10_000, fileLimit(t)-500)
	t.Logf("%d connections", n)
	idle := make([]net.Conn, n)
	for i := range idle {
		c, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(i, err)
		}
		defer func() { _ = c.Close() }()
		idle[i] = c
		if i%2 == 0 {
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		}
	}
	until(t, "all are open", func() bool { return p.metric(t, "attrgate_connections") >= float64(n) })
	if reply := p.update(t, "Bearer crm"); reply.StatusCode != http.StatusOK {
		t.Errorf("beside them, status %d", reply.StatusCode)
	}
	grown := p.metric(t, "process_resident_memory_bytes") - before
	t.Logf("%.0f bytes a connection", grown/float64(n))
	if grown > float64(n)*idleBytes {
		t.Errorf("memory grew by %.0f bytes", grown)
	}
	for _, c := range idle {
		_ = c.Close()
	}
	until(t, "all are closed", func() bool { return p.metric(t, "attrgate_connections") < 10 })
	// The connections to the backend rest for a while, at most 256.
	until(t, "their goroutines have ended", func() bool { return p.metric(t, "go_goroutines") < 1000 })
}

// fileLimit is how many files this process may have open.
func fileLimit(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return int(min(limit.Cur, 1<<20))
}
