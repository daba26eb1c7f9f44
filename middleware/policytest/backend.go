package policytest

import (
	"io"
	"net/http"
	"sort"
	"strings"
	"sync"
)

// Backend is an http.Handler that remembers every request and always answers with
// [Reply]. It may be used by several goroutines at once.
type Backend struct {
	mu       sync.Mutex
	received []Message
}

// Reply returns what every [Backend] answers. It is peculiar on purpose: an unusual
// status, a header twice, a body with a name twice, a number that no float64 can
// hold and bytes that are not UTF-8. A proxy that reads replies would change it.
func Reply() Message {
	return Message{
		Head: []string{
			"HTTP/1.1 203 Non-Authoritative Information",
			"Content-Type: application/json;charset=utf-8;  odd=1",
			"X-Odd-Reply: first",
			"X-Odd-Reply: , second",
		},
		Body: []byte("{\"url\":\"\\/forms\", \"name\":1,\"name\":2, \"big\":1e999, \"bytes\":\"\xff\xfe\"}\r\n\n"),
	}
}

// ServeHTTP implements http.Handler.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	b.mu.Lock()
	b.received = append(b.received, receivedMessage(r, body)) // half a request counts too
	b.mu.Unlock()
	if err != nil {
		http.Error(w, "backend: cannot read the body: "+err.Error(), http.StatusBadRequest)
		return
	}
	writeReply(w)
}

// Take returns what has been received since the last call, and forgets it.
func (b *Backend) Take() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.received
	b.received = nil
	return taken
}

// receivedMessage writes a request down again. The server that read it has taken
// Host and the framing out of the header.
func receivedMessage(r *http.Request, body []byte) Message {
	head := []string{r.Method + " " + r.RequestURI + " " + r.Proto, "Host: " + r.Host}
	if len(r.TransferEncoding) > 0 {
		head = append(head, "Transfer-Encoding: "+strings.Join(r.TransferEncoding, ", "))
	}
	return Message{Head: append(head, headerLines(r.Header)...), Body: body}
}

func writeReply(w http.ResponseWriter) {
	reply := Reply()
	for _, name := range reply.Names() {
		w.Header()[name] = reply.Values(name)
	}
	w.WriteHeader(http.StatusNonAuthoritativeInfo)
	_, _ = w.Write(reply.Body) // a client that is gone is no concern of the backend
}

// headerLines writes a header as lines, sorted by name.
func headerLines(header http.Header) []string {
	var names, lines []string
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, value := range header[name] {
			lines = append(lines, name+": "+value)
		}
	}
	return lines
}
