package policytest

import (
	"fmt"
	"strings"
)

// wire returns the bytes of a request as a client sends it: CRLF in the head, and
// the framing of the body that the file leaves to us.
func (m Message) wire() []byte {
	head := m.Head
	if m.needsLength() {
		head = append(append([]string{}, head...), fmt.Sprintf("Content-Length: %d", len(m.Body)))
	}
	body := m.Body
	if m.chunked() {
		body = chunks(body)
	}
	return append([]byte(strings.Join(head, "\r\n")+"\r\n\r\n"), body...)
}

func (m Message) needsLength() bool {
	if m.Values("Content-Length") != nil || m.Values("Transfer-Encoding") != nil {
		return false
	}
	return len(m.Body) > 0 || usuallyHasBody(m.Method())
}

// usuallyHasBody reports the methods for which a client says "Content-Length: 0"
// rather than nothing.
func usuallyHasBody(method string) bool {
	return method == "POST" || method == "PUT" || method == "PATCH"
}

// chunked reports whether the runner has to cut the body. Any other coding, or a
// list of them, is sent as it stands in the file.
func (m Message) chunked() bool {
	codings := m.Values("Transfer-Encoding")
	return len(codings) == 1 && strings.EqualFold(codings[0], "chunked")
}

// maxChunk keeps the chunks of a large body small enough to need many of them.
const maxChunk = 32 << 10

// chunks writes a body in chunks of 1, 2, 4 … bytes: the first cuts fall into the
// first tokens of a JSON text, where a reader is most easily confused.
func chunks(body []byte) []byte {
	var out []byte
	for size := 1; len(body) > 0; size *= 2 {
		n := size
		if n > maxChunk {
			n = maxChunk
		}
		if n > len(body) {
			n = len(body)
		}
		out = append(out, fmt.Sprintf("%x\r\n%s\r\n", n, body[:n])...)
		body = body[n:]
	}
	return append(out, "0\r\n\r\n"...)
}
