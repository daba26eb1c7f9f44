package traffic

import (
	"bytes"
	"net"
	"strings"
)

// takeHeader reads a whole header in any of its forms.
func (d *draft) takeHeader(value []byte) {
	switch value[0] {
	case '{':
		d.Partial = false
		members(value, func(name, value []byte) { d.addValues(unescaped(name), value) })
	case '[':
		d.Partial = false
		elements(value, d.takeHeaderElement)
	}
}

// takeHeaderElement reads {"name": …, "value": …}, ["name", "value"] or "name: value".
func (d *draft) takeHeaderElement(value []byte) {
	var parts []string
	switch value[0] {
	case '{':
		var name, text string
		members(value, func(member, value []byte) {
			switch strings.ToLower(string(member)) {
			case "name", "key":
				name = textOf(value)
			case "value":
				text = textOf(value)
			}
		})
		parts = []string{name, text}
	case '[':
		elements(value, func(value []byte) { parts = append(parts, textOf(value)) })
	case '"':
		name, text, _ := strings.Cut(textOf(value), ":")
		parts = []string{name, strings.TrimSpace(text)}
	}
	if len(parts) == 2 && parts[0] != "" {
		d.addHeader(parts[0], parts[1])
	}
}

// takeHeaderMember reads a header field that stands by itself in the line: request_X of
// Traefik, http_x of nginx, or one of the two that matter most by its own name.
func (d *draft) takeHeaderMember(name, value []byte) {
	if !d.Partial {
		return
	}
	text := string(name)
	switch lower := strings.ToLower(text); {
	case lower == "authorization" || lower == "content-type":
	case lower == "content_type" || lower == "contenttype":
		text = "Content-Type"
	case strings.HasPrefix(lower, "request_"):
		text = text[len("request_"):]
	case strings.HasPrefix(lower, "http_"):
		text = strings.ReplaceAll(text[len("http_"):], "_", "-")
	default:
		return
	}
	if text != "" && string(value) != `"-"` && string(value) != `""` {
		d.addValues(text, value)
	}
}

func (d *draft) addValues(name string, value []byte) {
	if strings.HasPrefix(name, ":") {
		return // HTTP/2 puts it beside the header
	}
	if value[0] == '[' {
		elements(value, func(value []byte) { d.addHeader(name, textOf(value)) })
		return
	}
	d.addHeader(name, textOf(value))
}

// unescaped is the name of a member, given as it is written between its quotes.
func unescaped(name []byte) string {
	if bytes.IndexByte(name, '\\') < 0 {
		return string(name)
	}
	return textOf([]byte(`"` + string(name) + `"`))
}

func withoutPort(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
