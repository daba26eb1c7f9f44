package gateway_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// TestHTTP2PassesInTheClear goes from a client that speaks it to a backend that does.
func TestHTTP2PassesInTheClear(t *testing.T) {
	seen := make(chan string, 1)
	backend, stopBackend := start(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- r.Proto + " " + string(body)
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "reply")
		w.Header().Set("X-Sum", "1")
	})
	u := openAll(t, config.Gateway{Upstreams: []config.Upstream{{URLs: []string{"http://" + backend}, HTTP2: "prior-knowledge"}}}, quietly())
	front, stopFront := start(t, u.Handler(func(*http.Request) string { return "" }).ServeHTTP)
	client := speaking(2)
	request, _ := http.NewRequest("POST", "http://"+front, http.NoBody)
	request.Body, request.ContentLength = io.NopCloser(&slowly{text: "body"}), -1
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(reply.Body)
	if _ = reply.Body.Close(); string(body) != "reply" || err != nil || reply.Proto != "HTTP/2.0" || reply.Trailer.Get("X-Sum") != "1" {
		t.Errorf("%s %q, trailer %v, %v", reply.Proto, body, reply.Trailer, err)
	}
	if got := <-seen; got != "HTTP/2.0 body" {
		t.Errorf("the backend saw %s", got)
	}
	client.CloseIdleConnections()
	u.Close()
	for _, stop := range []func() error{stopFront, stopBackend} {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// speaking returns a client that speaks only one version of HTTP, in the clear.
func speaking(version int) *http.Client {
	var p http.Protocols
	p.SetHTTP1(version == 1)
	p.SetUnencryptedHTTP2(version == 2)
	return &http.Client{Transport: &http.Transport{Protocols: &p}}
}

// slowly is a body that comes letter by letter.
type slowly struct {
	text string
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.text == "" {
		return 0, io.EOF
	}
	n := copy(p[:1], s.text)
	s.text = s.text[n:]
	return n, nil
}
