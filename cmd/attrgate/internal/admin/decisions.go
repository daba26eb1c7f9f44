package admin

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// quiet is how long a stream may say nothing: less than proxies wait.
const quiet = 15 * time.Second

// decisions writes the recent lines, and goes on with those that come if it is asked to: as
// events, which can be taken up again where they broke off (Last-Event-ID), or as lines.
func (s State) decisions(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if accepts(r, "text/event-stream") {
		w.Header().Set("Content-Type", "text/event-stream")
		last, _ := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 64)
		s.follow(w, r, last, event, ": nothing new\n\n")
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	if r.URL.Query().Has("follow") {
		s.follow(w, r, 0, func(_ uint64, line []byte) string { return string(line) }, "")
		return
	}
	_, _ = s.Decisions.WriteTo(w)
}

func accepts(r *http.Request, kind string) bool {
	return strings.Contains(r.Header.Get("Accept"), kind)
}

func event(number uint64, line []byte) string {
	return fmt.Sprintf("id: %d\ndata: %s\n\n", number, bytes.TrimSpace(line))
}

// follow writes lines until nobody reads them, or there will be no more. A reader that is
// slower than requests come misses some.
func (s State) follow(w http.ResponseWriter, r *http.Request, last uint64, form func(uint64, []byte) string, idle string) {
	flow := http.NewResponseController(w)
	for {
		lines, youngest := s.Decisions.Since(last)
		text := ""
		for i, line := range lines {
			text += form(youngest-uint64(len(lines)-1-i), line)
		}
		if len(lines) == 0 {
			text = idle
		}
		if _, err := w.Write([]byte(text)); err != nil || flow.Flush() != nil {
			return
		}
		last = youngest
		soon, cancel := context.WithTimeout(r.Context(), quiet)
		more := s.Decisions.Wait(soon, last)
		late := soon.Err() != nil && r.Context().Err() == nil
		cancel()
		if !more && !late {
			return
		}
	}
}
