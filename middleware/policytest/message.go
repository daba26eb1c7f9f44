package policytest

import (
	"bytes"
	"errors"
	"net/textproto"
	"strings"
)

// Message is an HTTP/1.1 message, a request or an answer, as a case file holds it.
type Message struct {
	// Head holds the start line and the header lines as written, without line ends.
	Head []string
	// Body holds the bytes after the empty line.
	Body []byte
}

var errNoStartLine = errors.New("an HTTP message starts with a request line or a status line")

// ParseMessage reads a message file. It takes the head apart into lines and no
// further: whether these are good HTTP is for the door to say.
func ParseMessage(file []byte) (Message, error) {
	var m Message
	for len(file) > 0 {
		line, rest, _ := bytes.Cut(file, []byte("\n"))
		file = rest
		text := strings.TrimSuffix(string(line), "\r")
		if text == "" {
			m.Body = rest
			break
		}
		m.Head = append(m.Head, text)
	}
	if len(m.Head) == 0 {
		return Message{}, errNoStartLine
	}
	return m, nil
}

// Bytes returns the message as a file: LF in the head, the body as it is.
func (m Message) Bytes() []byte {
	return append([]byte(strings.Join(m.Head, "\n")+"\n\n"), m.Body...)
}

// Start returns the request line or the status line.
func (m Message) Start() string {
	if len(m.Head) == 0 {
		return ""
	}
	return m.Head[0]
}

// Method returns the first word of a request line.
func (m Message) Method() string {
	method, _, _ := strings.Cut(m.Start(), " ")
	return method
}

// lines returns the header lines.
func (m Message) lines() []string {
	if len(m.Head) == 0 {
		return nil
	}
	return m.Head[1:]
}

// Names returns the names of the header lines in canonical form, each once, in
// the order of the message.
func (m Message) Names() []string {
	var names []string
	seen := map[string]bool{}
	for _, line := range m.lines() {
		name, _ := field(line)
		if name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// Values returns the values of all header lines of that name, in order. The case
// of the name does not matter.
func (m Message) Values(name string) []string {
	var values []string
	name = textproto.CanonicalMIMEHeaderKey(name)
	for _, line := range m.lines() {
		if n, value := field(line); n == name {
			values = append(values, value)
		}
	}
	return values
}

// field splits a header line. A line that is none, such as a folded one, has no name.
func field(line string) (name, value string) {
	name, value, ok := strings.Cut(line, ":")
	if !ok || name == "" || strings.Trim(name, " \t") != name {
		return "", ""
	}
	return textproto.CanonicalMIMEHeaderKey(name), strings.Trim(value, " \t")
}
