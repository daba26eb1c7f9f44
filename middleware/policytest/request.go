package policytest

import (
	"bufio"
	"bytes"
	"net/http"
)

// Request returns a request message as a server reads it, with the framing that a client
// would add. It comes from no address and over no TLS connection. The error says what
// keeps the message from being an HTTP request.
func (m Message) Request() (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(bytes.NewReader(m.wire())))
}
