package gateway

import "net/http"

// protocols are those that clients may speak: HTTP/1, and HTTP/2 over TLS or, for those who
// know that it is spoken here, in the clear (RFC 9113, section 3.3).
func protocols() *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	p.SetHTTP2(true)
	p.SetUnencryptedHTTP2(true)
	return &p
}
