package protect_test

import (
	"io"
	"net"
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
