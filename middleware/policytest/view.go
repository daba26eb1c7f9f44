package policytest

import "strings"

// A view is the part of a message that counts in a comparison, as lines. Want and
// got are made by the same steps, so that equal views mean that the case holds.

// requestViews compares what reached the backend with forwarded.http.
func (c Case) requestViews(received Message) (want, got []string) {
	want = []string{withoutVersion(c.Forwarded.Start())}
	got = []string{withoutVersion(received.Start())}
	for _, name := range c.Forwarded.Names() {
		want = append(want, named(name, c.Forwarded.Values(name))...)
		got = append(got, named(name, received.Values(name))...)
	}
	for _, name := range c.Request.Names() {
		if c.Forwarded.Values(name) == nil && !isFraming(name) {
			got = append(got, named(name, received.Values(name))...) // must be gone
		}
	}
	if c.wantsLength() && received.Values("Content-Length") == nil {
		want = append(want, "(a Content-Length)")
	}
	return withBody(want, c.Forwarded.Body), withBody(got, received.Body)
}

// wantsLength says that the backend must be told the length: the client told it,
// and forwarded.http does not say that it comes in chunks.
func (c Case) wantsLength() bool {
	return len(c.Forwarded.Body) > 0 && !c.Request.chunked() && c.Forwarded.Values("Transfer-Encoding") == nil
}

// isFraming names the headers that a proxy writes anew for its own connection.
func isFraming(name string) bool {
	return name == "Host" || name == "Content-Length" || name == "Transfer-Encoding"
}

// replyViews compares what the client got with the backend's fixed reply.
func (c Case) replyViews(answer Message) (want, got []string) {
	reply := Reply()
	if c.Request.Method() == "HEAD" {
		reply.Body = nil
	}
	return answerViews(reply, answer)
}

// answerViews compares two answers as far as expected names headers.
func answerViews(expected, answer Message) (want, got []string) {
	want = []string{withoutVersion(expected.Start())}
	got = []string{withoutVersion(answer.Start())}
	for _, name := range expected.Names() {
		want = append(want, named(name, expected.Values(name))...)
		got = append(got, named(name, answer.Values(name))...)
	}
	return withBody(want, expected.Body), withBody(got, answer.Body)
}

func named(name string, values []string) []string {
	var lines []string
	for _, value := range values {
		lines = append(lines, name+": "+value)
	}
	return lines
}

func withBody(head []string, body []byte) []string {
	return append(append(head, ""), textLines(body)...)
}

// withoutVersion keeps method and target, or status and reason: the version is a
// matter between the two ends of one connection.
func withoutVersion(start string) string {
	if strings.HasPrefix(start, "HTTP/") {
		_, status, _ := strings.Cut(start, " ")
		return status
	}
	if i := strings.LastIndex(start, " HTTP/"); i >= 0 {
		return start[:i]
	}
	return start
}
