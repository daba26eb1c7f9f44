// Package load sends requests over a fixed number of connections, as fast as the answers come
// or at a fixed rate.
package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

const exchangeLimit = 10 * time.Second

// Target is what is sent, and where.
type Target struct {
	// Address is host:port.
	Address string

	// Requests take turns, whatever connection they are sent over, each with head and body.
	Requests [][]byte

	sent *atomic.Uint64
}

// NewTarget writes requests as they go over the wire.
func NewTarget(address string, requests ...*http.Request) (Target, error) {
	t := Target{Address: address, sent: &atomic.Uint64{}}
	for _, r := range requests {
		var wire bytes.Buffer
		if err := r.Write(&wire); err != nil {
			return t, err
		}
		t.Requests = append(t.Requests, wire.Bytes())
	}
	return t, nil
}

// next is the request whose turn it is.
func (t Target) next() []byte {
	return t.Requests[t.sent.Add(1)%uint64(len(t.Requests))]
}

// connection speaks HTTP/1.1 and nothing that the generator does not need: it is measured
// beside the servers, on the same processors.
type connection struct {
	target Target
	raw    net.Conn
	reader *bufio.Reader
	closes bool // the server closes after this answer
}

func dial(t Target) (*connection, error) {
	raw, err := net.DialTimeout("tcp", t.Address, exchangeLimit)
	if err != nil {
		return nil, err
	}
	return &connection{target: t, raw: raw, reader: bufio.NewReader(raw)}, nil
}

// exchange sends a request and reads the answer to its end.
func (c *connection) exchange() error {
	if c.closes {
		c.raw.Close()
		fresh, err := dial(c.target)
		if err != nil {
			return err
		}
		*c = *fresh
	}
	if err := c.raw.SetDeadline(time.Now().Add(exchangeLimit)); err != nil {
		return err
	}
	if _, err := c.raw.Write(c.target.next()); err != nil {
		return err
	}
	length, err := c.readHead()
	if err != nil {
		return err
	}
	_, err = c.reader.Discard(length)
	return err
}

// readHead reads up to the body and returns the body's length.
func (c *connection) readHead() (length int, err error) {
	line, err := c.reader.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if status, found := bytes.CutPrefix(line, []byte("HTTP/1.1 ")); !found || len(status) < 3 || string(status[:3]) != "200" {
		return 0, fmt.Errorf("answered %q", line)
	}
	length = -1
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		name, value, found := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
		switch {
		case !found && length < 0:
			return 0, errors.New("an answer without Content-Length")
		case !found:
			return length, nil
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		case bytes.EqualFold(name, []byte("Connection")):
			c.closes = bytes.EqualFold(bytes.TrimSpace(value), []byte("close"))
		}
	}
}

// maxFailures ends a run over a connection.
const maxFailures = 100

// timed is exchange, noted. A connection that failed is dialled again.
func (c *connection) timed(r *record, began time.Time) error {
	err := c.exchange()
	if err == nil {
		r.latencies = append(r.latencies, time.Since(began))
		return nil
	}
	c.closes = true
	r.failures++
	r.failure = err
	if r.failures == maxFailures {
		return fmt.Errorf("%d requests failed, the last: %w", maxFailures, err)
	}
	return nil
}
