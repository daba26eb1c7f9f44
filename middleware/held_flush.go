//go:build !traefik
// +build !traefik

package middleware

import "net/http"

// Flush implements http.Flusher; what is held back stays. The interpreter would hide it:
// there, an answer of these routes is flushed as its server sees fit.
func (h *held) Flush() {
	if h.state == waiting {
		h.WriteHeader(http.StatusOK)
	}
	if h.state == passing {
		_ = http.NewResponseController(h.w).Flush() // a writer that cannot has its reasons
	}
}
