package middleware

import (
	"net/http"
	"strings"
)

// withoutHTTP returns a request that does not ask to go on in another form of HTTP, such as
// h2c (RFC 7540, section 3.2): if the backend agreed, all further requests on the connection
// would go past the gate. Some clients ask so of every server, and do without if it says
// nothing. Other protocols, such as WebSocket, hold no requests.
func withoutHTTP(r *http.Request) *http.Request {
	wanted := strings.ToLower(strings.Join(r.Header["Upgrade"], ","))
	if !strings.Contains(wanted, "h2") && !strings.Contains(wanted, "http") && !strings.Contains(wanted, "tls") {
		return r
	}
	out := r.Clone(r.Context())
	delete(out.Header, "Upgrade")
	return out
}
