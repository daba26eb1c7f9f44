package upstream_test

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/certtest"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
)

// TestCloseEndsWhatWorksInTheBackgroundAndNoRequest looks for goroutines of a pool that has
// health checks and follows files.
func TestCloseEndsWhatWorksInTheBackgroundAndNoRequest(t *testing.T) {
	checked, arrived, release := make(chan bool, 1), make(chan bool), make(chan bool)
	backend := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			close(arrived)
			<-release
		case "/health":
			select {
			case checked <- true:
			default:
			}
		}
		_, _ = io.WriteString(w, "whole")
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	certtest.NewAuthority(t, "ca").WriteOwn(t, ca)
	p := newPool(t, config.Upstream{
		URLs: []string{backend}, TLS: config.UpstreamTLS{CAFile: ca}, Health: config.Health{Path: "/health", Interval: "1ms"},
	}, upstream.Options{})
	if <-checked; !strings.Contains(goroutines(t), "upstream.(*Pool).watch") {
		t.Fatal("nothing works in the background")
	}
	ended := make(chan string)
	go func() { ended <- get(t, p, "/slow") }()
	<-arrived
	p.Close()
	for _, name := range []string{"upstream.(*Pool).watch", "upstream.(*Pool).follow"} {
		if strings.Contains(goroutines(t), name) {
			t.Errorf("%s still works", name)
		}
	}
	close(release)
	if got := <-ended; got != "whole" {
		t.Errorf("got %q", got)
	}
}

func goroutines(t *testing.T) string {
	t.Helper()
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
