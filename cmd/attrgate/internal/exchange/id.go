package exchange

import (
	"crypto/rand"
	"net"
	"net/http"
	"strings"
)

const (
	idHeader = "X-Request-Id"
	maxID    = 128 // bytes

	// idLetters are those of UUIDs, ULIDs, hex, base64 and what proxies make of them.
	idLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+/=:"
)

// requestID keeps the identifier that a request brings, if nothing can be hidden in it.
func requestID(r *http.Request) string {
	sent := r.Header.Values(idHeader)
	if len(sent) == 1 && sent[0] != "" && len(sent[0]) <= maxID && strings.Trim(sent[0], idLetters) == "" {
		return sent[0]
	}
	return rand.Text()
}

// peerAddress is who is at the other end of the connection. A socket of the file system
// has nobody.
func peerAddress(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}
