// Package curl reads curl command lines, as people paste them and as browsers write them,
// into the requests that curl would send.
package curl

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"

	"mvdan.cc/sh/v3/shell"

	"github.com/attrgate/attrgate/middleware/policytest"
)

// Parse reads a curl command line as a shell does, quotes, line continuations, $'…' and
// variables of the environment included, and returns the request that curl would send.
// Files behind @ are read. What curl would do in a way that is not known here is an error;
// flags that do not change the request are ignored.
func Parse(command string) (policytest.Message, error) {
	words, err := split(command)
	if err != nil {
		return policytest.Message{}, err
	}
	if len(words) == 0 || path.Base(words[0]) != "curl" {
		return policytest.Message{}, errors.New("a curl command line begins with the word curl")
	}
	o, err := parseFlags(words[1:])
	if err != nil {
		return policytest.Message{}, err
	}
	return o.message()
}

// split refuses variables that are not set: a token that is missing for that reason is not
// what somebody asks about.
func split(command string) ([]string, error) {
	missing := ""
	words, err := shell.Fields(command, func(name string) string {
		value, set := os.LookupEnv(name)
		if !set && (strings.Contains(command, "$"+name) || strings.Contains(command, "${"+name)) {
			missing = name
		}
		return value
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("not a command line of a shell: %w", err)
	case missing != "":
		return nil, fmt.Errorf("the variable %s is not set", missing)
	}
	return words, nil
}

func (o *options) message() (policytest.Message, error) {
	target, host, err := o.address()
	if err != nil {
		return policytest.Message{}, err
	}
	method := o.method
	body := []byte(nil)
	switch {
	case o.get:
		target = withQuery(target, o.data.text)
	case o.data.given:
		body = o.data.text
	}
	if method == "" {
		method = o.usualMethod()
	}
	head := append([]string{method + " " + target + " HTTP/1.1"}, o.header(host)...)
	return policytest.Message{Head: head, Body: body}, nil
}

func (o *options) usualMethod() string {
	switch {
	case o.head:
		return "HEAD"
	case o.data.given && !o.get:
		return "POST"
	}
	return "GET"
}

// address returns what stands in the request line, as it was written, and the host.
func (o *options) address() (target, host string, err error) {
	if len(o.urls) != 1 {
		return "", "", fmt.Errorf("one URL is needed, and there are %d", len(o.urls))
	}
	text := o.urls[0]
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return "", "", errors.New("the URL is not one of http or https")
	case u.User != nil:
		return "", "", errNoBasic
	}
	if !o.pathAsIs {
		u = (&url.URL{}).ResolveReference(u) // curl resolves dot segments itself
	}
	u.Fragment = ""
	return u.RequestURI(), u.Host, nil
}

func withQuery(target string, data []byte) string {
	if strings.Contains(target, "?") {
		return target + "&" + string(data)
	}
	return target + "?" + string(data)
}

// header returns the lines that matter to a gate: curl's own Accept and User-Agent do not.
func (o *options) header(host string) []string {
	lines := []string{"Host: " + host}
	own := o.own()
	for _, h := range o.headers {
		name, value, colon := strings.Cut(h, ":")
		if plain := strings.TrimSuffix(h, ";"); !colon && plain != h {
			name, value, colon = plain, "", true // curl's way to send an empty header
		} else if strings.TrimSpace(value) == "" {
			colon = false // curl's way to leave one out
		}
		delete(own, strings.ToLower(name))
		if strings.EqualFold(name, "Host") && colon {
			lines[0] = "Host: " + strings.TrimSpace(value)
		} else if colon {
			lines = append(lines, name+": "+strings.TrimSpace(value))
		}
	}
	for _, name := range []string{"authorization", "content-type", "accept", "cookie"} {
		if own[name] != "" {
			lines = append(lines, http.CanonicalHeaderKey(name)+": "+own[name])
		}
	}
	return lines
}

// own are the headers that flags other than -H make curl send, unless -H has them.
func (o *options) own() map[string]string {
	own := map[string]string{"cookie": o.cookie}
	if o.bearer != "" {
		own["authorization"] = "Bearer " + o.bearer
	}
	switch {
	case o.data.json:
		own["content-type"], own["accept"] = "application/json", "application/json"
	case o.data.given && !o.get:
		own["content-type"] = "application/x-www-form-urlencoded"
	}
	return own
}
