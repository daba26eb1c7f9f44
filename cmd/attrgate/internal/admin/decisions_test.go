package admin_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/admin"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
)

// stream asks for decisions and returns the lines of the answer as they come; no more come
// when the channel is closed.
func stream(t *testing.T, recent *audit.Recent, path string, headers ...string) (kind string, lines <-chan string) {
	t.Helper()
	server := httptest.NewServer(admin.NewHandler(admin.State{Metrics: http.NotFoundHandler(), Decisions: recent}))
	t.Cleanup(server.Close)
	r, _ := http.NewRequest("GET", server.URL+path, nil)
	for _, header := range headers {
		name, value, _ := cut(header)
		r.Header.Set(name, value)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reply.Body.Close() })
	out := make(chan string)
	go func() {
		defer close(out)
		for scanner := bufio.NewScanner(reply.Body); scanner.Scan(); {
			out <- scanner.Text()
		}
	}()
	return reply.Header.Get("Content-Type"), out
}

func say(recent *audit.Recent, n int) { _, _ = fmt.Fprintf(recent, "{\"n\":%d}\n", n) }

func wantLines(t *testing.T, lines <-chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		if got := <-lines; got != w {
			t.Fatalf("got %q, want %q", got, w)
		}
	}
}

func TestDecisionsAreFollowedAsLines(t *testing.T) {
	var recent audit.Recent
	say(&recent, 1)
	kind, lines := stream(t, &recent, "/decisions?follow")
	wantLines(t, lines, `{"n":1}`)
	say(&recent, 2)
	say(&recent, 3)
	wantLines(t, lines, `{"n":2}`, `{"n":3}`)
	recent.Close()
	if line, more := <-lines; more || kind != "application/jsonl" {
		t.Errorf("%s, after the end %q", kind, line)
	}
}

func TestDecisionsAreFollowedAsEvents(t *testing.T) {
	var recent audit.Recent
	for i := range 3 {
		say(&recent, i+1)
	}
	kind, lines := stream(t, &recent, "/decisions", "Accept: text/event-stream", "Last-Event-ID: 2")
	wantLines(t, lines, "id: 3", `data: {"n":3}`, "")
	say(&recent, 4)
	wantLines(t, lines, "id: 4", `data: {"n":4}`, "")
	recent.Close()
	if line, more := <-lines; more || kind != "text/event-stream" {
		t.Errorf("%s, after the end %q", kind, line)
	}
}

// TestAnOldEventIsOfAnotherRun is a client that comes back after a restart.
func TestAnOldEventIsOfAnotherRun(t *testing.T) {
	var recent audit.Recent
	say(&recent, 1)
	_, lines := stream(t, &recent, "/decisions", "Accept: text/event-stream", "Last-Event-ID: 700")
	wantLines(t, lines, "id: 1", `data: {"n":1}`, "")
	recent.Close()
}
