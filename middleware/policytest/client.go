package policytest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// defaultTimeout is long enough for a busy CI machine and short enough to notice
// a door that does not answer.
const defaultTimeout = 10 * time.Second

// Client sends the bytes of a request over a TCP connection of its own. The zero
// Client is ready for use. It may be used by several goroutines at once.
type Client struct {
	// LocalIP is the address that the connection comes from. Zero: the system's choice.
	LocalIP net.IP
	// Timeout is for the whole exchange. Zero: 10 seconds.
	Timeout time.Duration
}

// Send sends a request to address ("host:port") and reads the answer. It adds only
// the framing of the body that the package comment describes.
func (c Client) Send(address string, request Message) (Message, error) {
	conn, err := c.dial(address)
	if err != nil {
		return Message{}, err
	}
	defer conn.Close()
	written := make(chan error, 1)
	go func() { // an answer may come before the whole request is sent
		_, err := conn.Write(request.wire())
		written <- err
	}()
	answer, err := readAnswer(conn, request.Method())
	if err != nil {
		conn.Close()
		return Message{}, fmt.Errorf("no answer: %w", errors.Join(err, <-written))
	}
	return answer, nil
}

func (c Client) dial(address string) (net.Conn, error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	dialer := net.Dialer{Timeout: timeout}
	if c.LocalIP != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: c.LocalIP}
	}
	conn, err := dialer.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(timeout))
}

// readAnswer reads the final answer; 100 Continue and its like come before it.
func readAnswer(conn io.Reader, method string) (Message, error) {
	reader := bufio.NewReader(conn)
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			return Message{}, err
		}
		if response.StatusCode >= http.StatusOK || response.StatusCode == http.StatusSwitchingProtocols {
			return answerMessage(response)
		}
	}
}

func answerMessage(response *http.Response) (Message, error) {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Message{}, err
	}
	start := strings.TrimSpace(response.Proto + " " + response.Status)
	return Message{Head: append([]string{start}, headerLines(response.Header)...), Body: body}, nil
}
