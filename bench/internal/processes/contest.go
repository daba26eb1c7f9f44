package processes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/attrgate/attrgate/bench/internal/daemon"
	"github.com/attrgate/attrgate/bench/internal/load"
	"github.com/attrgate/attrgate/bench/internal/peer"
	"github.com/attrgate/attrgate/bench/internal/sample"
)

const (
	startLimit  = 30 * time.Second
	answerLimit = 5 * time.Second
)

// client is for everything but the load.
func client() *http.Client { return &http.Client{Timeout: answerLimit} }

// contestant is a peer that runs and has shown that it does what it claims.
type contestant struct {
	peer    peer.Peer
	server  peer.Server
	site    peer.Site
	process *daemon.Process
	target  load.Target
}

// enter prepares, starts and tries a peer. An error says why it is not in the contest.
func enter(p peer.Peer, site peer.Site, b *backend) (*contestant, error) {
	server, err := p.Prepare(site)
	if err != nil {
		return nil, err
	}
	process, err := daemon.Start(site.Dir, server.Command, server.Variables)
	if err != nil {
		return nil, err
	}
	c := &contestant{peer: p, server: server, site: site, process: process}
	if c.target, err = c.newTarget(); err != nil {
		return nil, c.leave(err)
	}
	if err := process.WaitUntil(c.serves, startLimit); err != nil {
		return nil, c.leave(err)
	}
	if err := c.try(b); err != nil {
		return nil, c.leave(err)
	}
	return c, nil
}

// newTarget is the load that the peer is put under.
func (c *contestant) newTarget() (load.Target, error) {
	tokens := 1
	if c.peer.Fresh {
		tokens = sample.FreshTokens
	}
	requests := make([]*http.Request, tokens)
	for i := range requests {
		token, err := c.site.Signer.Token(i)
		if err != nil {
			return load.Target{}, err
		}
		if requests[i], err = c.request(token, sample.Body); err != nil {
			return load.Target{}, err
		}
	}
	return load.NewTarget(c.site.Listen, requests...)
}

// leave stops the server of a peer that is not in the contest, for a reason.
func (c *contestant) leave(reason error) error {
	if err := c.process.Stop(); err != nil {
		return fmt.Errorf("%w; and it could not be stopped: %w", reason, err)
	}
	return reason
}

// serves asks for a path that nobody guards.
func (c *contestant) serves() error {
	response, err := client().Get("http://" + c.site.Listen + "/")
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d", response.StatusCode)
	}
	return nil
}

// try holds the peer against requests that must pass and such that must not.
func (c *contestant) try(b *backend) error {
	trials, err := c.site.Signer.Trials(c.peer.Does, sample.Body)
	if err != nil {
		return err
	}
	for _, t := range trials {
		before := b.answered.Load()
		status, forwarded, err := c.send(t)
		if err != nil {
			return err
		}
		reached := b.answered.Load() != before
		switch {
		case t.Refused && (status < http.StatusBadRequest || status >= http.StatusInternalServerError || reached):
			return fmt.Errorf("did not refuse %s: answered %d", t.What, status)
		case !t.Refused && (status != http.StatusOK || !reached):
			return fmt.Errorf("did not let pass %s: answered %d", t.What, status)
		case !t.Refused && !same(forwarded, c.forwards(t.Body)):
			return fmt.Errorf("forwarded %s with the body %s", t.What, forwarded)
		}
	}
	return nil
}

func (c *contestant) forwards(body string) string {
	if c.peer.Rewrites && body == sample.Body {
		return sample.Forwarded
	}
	return body
}

func (c *contestant) request(token, body string) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodPut, "http://"+c.site.Listen+sample.Path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header["Content-Type"] = []string{"application/json"}
	r.Header["Authorization"] = []string{"Bearer " + token}
	return r, nil
}

func (c *contestant) send(t sample.Trial) (status int, body []byte, err error) {
	r, err := c.request(t.Token, t.Body)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set(echo, "1")
	response, err := client().Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

// same compares two JSON documents up to white space.
func same(got []byte, want string) bool {
	var a, b bytes.Buffer
	return json.Compact(&a, got) == nil && json.Compact(&b, []byte(want)) == nil && a.String() == b.String()
}

// siteFor makes a peer's folder.
func siteFor(o Options, b *backend, signer *sample.Signer) (peer.Site, error) {
	dir, err := os.MkdirTemp(o.Work, "peer-")
	if err != nil {
		return peer.Site{}, err
	}
	listen, err := freeAddress()
	return peer.Site{Root: o.Root, Dir: dir, Listen: listen, Backend: b.address(), Keys: "http://" + b.address() + keysPath, Signer: signer}, err
}
