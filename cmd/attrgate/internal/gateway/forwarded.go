package gateway

import (
	"net/http/httputil"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/clientaddr"
)

// hearsay are the headers, beside those that ReverseProxy removes itself, in which proxies
// tell about clients. From others they are lies or mistakes.
var hearsay = []string{"X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Ssl", "X-Forwarded-Client-Cert", "X-Real-Ip"}

// forwarded tells the backend about the client. What a trusted proxy has told is kept and
// extended, what others tell is removed.
func (p *Proxy) forwarded(r *httputil.ProxyRequest) {
	in, out := r.In.Header, r.Out.Header
	if !p.trusted.Peer(r.In) {
		for _, name := range hearsay {
			delete(out, name)
		}
		r.SetXForwarded()
		return
	}
	if told := in["X-Forwarded-For"]; len(told) > 0 {
		out["X-Forwarded-For"] = told // is extended now
	}
	r.SetXForwarded()
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto"} {
		if told := in[name]; len(told) > 0 {
			out[name] = told
		}
	}
	if told := in["Forwarded"]; len(told) > 0 {
		out["Forwarded"] = []string{strings.Join(told, ", ") + ", " + forwardedElement(r)}
	}
}

// forwardedElement is what this hop adds to Forwarded (RFC 7239, section 4).
func forwardedElement(r *httputil.ProxyRequest) string {
	peer := clientaddr.Peer(r.In)
	from := peer.String()
	if peer.Is6() {
		from = `"[` + from + `]"`
	}
	proto := "http"
	if r.In.TLS != nil {
		proto = "https"
	}
	return "for=" + from + `;host="` + strings.ReplaceAll(r.In.Host, `"`, "") + `";proto=` + proto
}
