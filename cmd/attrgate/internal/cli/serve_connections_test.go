package cli_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const plainGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// TestOneConnectionTooManyWaitsForAnother, which is the first to have nothing to do.
func TestOneConnectionTooManyWaitsForAnother(t *testing.T) {
	arrived, goOn := make(chan bool), make(chan bool)
	address, admin := protected(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/held" {
			arrived <- true
			<-goOn
		}
	}, "limits: {connections: 2}")
	first, second, third := dial(t, address), dial(t, address), dial(t, address)
	for _, w := range []wire{first, second} {
		w.say("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
		<-arrived
	}
	third.say(plainGet)
	_ = third.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if _, err := third.in.Peek(1); err == nil {
		t.Error("the third is served")
	}
	_, text := page(t, admin+"/metrics")
	if !strings.Contains(text, "\nattrgate_connections 2\n") {
		t.Error("two are not counted")
	}
	goOn <- true
	_ = third.SetReadDeadline(time.Now().Add(20 * time.Second))
	third.in.Reset(third.Conn)
	third.wantReply(t, http.StatusOK, "")
	goOn <- true
	for _, w := range []wire{first, second} {
		w.wantReply(t, http.StatusOK, "")
	}
}

// TestIdleConnectionsMakeRoom: whoever has been idle longest goes first, over TLS too.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	address, _ := protected(t, answerOK, "limits: {connections: 2}")
	var open []wire
	for range 5 {
		w := dial(t, address)
		w.say(plainGet)
		w.wantReply(t, http.StatusOK, "")
		open = append(open, w)
	}
	for _, w := range open[:3] {
		w.wantEnd(t)
	}
	for _, w := range open[3:] {
		w.say(plainGet)
		w.wantReply(t, http.StatusOK, "")
	}
	address, client := overTLS(t, answerOK, "limits: {connections: 1}")
	for range 3 {
		other := *client
		other.Transport = client.Transport.(*http.Transport).Clone()
		reply, err := other.Get("https://" + address)
		if err != nil {
			t.Fatal(err)
		}
		_ = reply.Body.Close()
	}
}

func TestOneConnectionTooManyOfAnAddressIsClosed(t *testing.T) {
	address, admin := protected(t, answerOK, "limits: {connectionsPerAddress: 2}")
	first, second := dial(t, address), dial(t, address)
	for _, w := range []wire{first, second} {
		w.say(plainGet)
		w.wantReply(t, http.StatusOK, "")
	}
	third := dial(t, address)
	third.say(plainGet)
	third.wantEnd(t)
	if _, text := page(t, admin+"/metrics"); !strings.Contains(text, "\nattrgate_connections_refused_total 1\n") {
		t.Error("it is not counted")
	}
	_ = first.Close()
	for late := time.Now().Add(10 * time.Second); ; { // until the gateway has noticed
		w := dial(t, address)
		w.say(plainGet)
		if _, err := w.in.Peek(1); err == nil {
			break
		}
		if time.Now().After(late) {
			t.Fatal("the place is not given back")
		}
	}
}

func TestTrustedProxiesMayHaveMoreConnections(t *testing.T) {
	address, _ := protected(t, answerOK, "limits: {connectionsPerAddress: 1}\n  trustedProxies: [127.0.0.0/8]")
	for range 5 {
		w := dial(t, address)
		w.say(plainGet)
		w.wantReply(t, http.StatusOK, "")
	}
}
