package protect_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/protect"
)

// listen opens a listener with a patience for writing.
func listen(t *testing.T, patience time.Duration) net.Listener {
	t.Helper()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := protect.NewConnections(1)
	c.Patience = patience
	l := c.Listen(plain)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// TestOneLongWriteLastsAsLongAsSomethingIsTaken writes at once what is taken with pauses.
func TestOneLongWriteLastsAsLongAsSomethingIsTaken(t *testing.T) {
	const size = 32 << 20
	l := listen(t, 400*time.Millisecond)
	wrote := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, err = c.Write(make([]byte, size))
			_ = c.Close()
		}
		wrote <- err
	}()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	got := int64(0)
	for range 16 {
		n, _ := io.CopyN(io.Discard, client, size/16)
		got += n
		time.Sleep(50 * time.Millisecond)
	}
	if err := <-wrote; err != nil || got != size {
		t.Errorf("%v after %d bytes", err, got)
	}
}

// TestAListenerThatEndsWaitsForNobody closes it while a connection waits for another.
func TestAListenerThatEndsWaitsForNobody(t *testing.T) {
	l := listen(t, time.Second)
	for range 2 {
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Close() }()
	}
	if _, err := l.Accept(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	_ = l.Close()
	if err := <-ended; err == nil {
		t.Error("there was a second one")
	}
}

// TestWhoIsIdleLongestMakesRoom has one connection be idle before another that came earlier.
func TestWhoIsIdleLongestMakesRoom(t *testing.T) {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := protect.NewConnections(2)
	c.Patience = time.Minute
	l := c.Listen(plain)
	t.Cleanup(func() { _ = l.Close() })
	connect := func() (client, server net.Conn) {
		if client, err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		if server, err = l.Accept(); err != nil {
			t.Fatal(err)
		}
		return client, server
	}
	_, first := connect()
	second, idle := connect()
	c.State(idle, http.StateIdle)
	time.Sleep(time.Millisecond) // so that no clock takes the two for one
	c.State(first, http.StateIdle)
	connect()
	_ = second.SetReadDeadline(time.Now().Add(20 * time.Second)) // or a mistake would wait for ever
	if _, err := second.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the second has %v", err)
	}
	if _, err := first.Write([]byte("x")); err != nil {
		t.Errorf("the first has %v", err)
	}
}
