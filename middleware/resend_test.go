package middleware_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// invalidToken is what SalesIQ answers to a token that it does not accept.
const invalidToken = `{"error":{"code":1008,"message":"Invalid OAuthToken."}}`

// unless answers as told while the token is own-1, and then greets.
func unless(answer func(int, http.ResponseWriter, *http.Request)) func(int, http.ResponseWriter, *http.Request) {
	return func(n int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Try", fmt.Sprint(n))
		if strings.HasSuffix(r.Header.Get("Authorization"), "own-1") {
			w.Header().Set("X-First", "yes")
			answer(n, w, r)
			return
		}
		accepting(n, w, r)
	}
}

func gzipped(status int, body string) func(int, http.ResponseWriter, *http.Request) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = io.WriteString(zip, body)
	_ = zip.Close()
	return func(n int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		text(status, "application/json", packed.String())(n, w, r)
	}
}

// TestResend: what the backend does not accept the gate's token for is sent once more with
// another one, and the same body.
func TestResend(t *testing.T) {
	tests := map[string]func(int, http.ResponseWriter, *http.Request){
		"401":              text(401, "text/plain", strings.Repeat("no ", 100000)),
		"401 without body": func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
		"1008 with 200":    text(200, "application/json", invalidToken),
		"1008 with 400":    text(400, "application/json;charset=UTF-8", invalidToken),
		"1008 as text":     text(200, "application/json", `{"error":{"code":"1008"}}`),
		"1008 in pieces":   pieces(invalidToken),
		"1008 packed":      gzipped(200, invalidToken),
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.backend.set(unless(answer))
			got := u.put(t)
			if got.status != http.StatusOK || got.body != "hello Zoho-oauthtoken own-2" {
				t.Errorf("got %d %.100s", got.status, got.body)
			}
			if got.header.Get("X-First") != "" || got.header.Get("X-Try") != "2" || got.header.Get("Content-Encoding") != "" {
				t.Errorf("the header is of the first try: %v", got.header)
			}
			sent := u.backend.requests()
			if len(sent) != 2 || sent[0].body != sent[1].body || sent[0].uri != sent[1].uri || !strings.Contains(sent[1].body, "Class X9") {
				t.Fatalf("the backend got %v", sent)
			}
			sent[0].header.Del("Authorization")
			sent[1].header.Del("Authorization")
			if fmt.Sprint(sent[0].header) != fmt.Sprint(sent[1].header) {
				t.Errorf("the headers differ: %v, %v", sent[0].header, sent[1].header)
			}
			u.expect(t, "Zoho-oauthtoken own-2")
			u.await(t, 2)
		})
	}
}

func pieces(body string) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for _, piece := range strings.SplitAfter(body, ":") {
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	}
}

// TestAnswersPassAsTheyAre compares the answer to a client behind the gate with the
// backend's own, byte for byte, for everything that is no reason to send it again.
func TestAnswersPassAsTheyAre(t *testing.T) {
	tests := map[string]func(int, http.ResponseWriter, *http.Request){
		"nothing":            func(int, http.ResponseWriter, *http.Request) {},
		"no content":         func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"small JSON":         text(200, "application/json", "{\"name\":1, \"name\":2, \"bytes\":\"\xff\"}\n\n"),
		"another error":      text(200, "application/json", `{"error":{"code":1009,"message":"1008"}}`),
		"1008 elsewhere":     text(200, "application/json", `{"data":{"error":{"code":1008}}}`),
		"1008 as text/plain": text(200, "text/plain", invalidToken),
		"1008 with 500":      text(500, "application/json", invalidToken),
		"not JSON at all":    text(400, "application/json", "<html>1008"),
		"error as text":      text(400, "application/json", `{"error":"1008"}`),
		"exactly 64 KiB":     text(200, "application/json", `"`+strings.Repeat("x", 64<<10-2)+`"`),
		"large JSON":         text(200, "application/json", invalidToken+strings.Repeat(" ", 1<<20)),
		"large in pieces":    pieces(strings.Repeat(`{"a":`, 50000)),
		"large binary":       text(200, "application/octet-stream", strings.Repeat("\x00\xff", 1<<20)),
		"packed":             gzipped(200, `{"data":1}`),
		"not really packed": func(n int, w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			text(200, "application/json", invalidToken)(n, w, r)
		},
		"packed bomb": gzipped(200, invalidToken+strings.Repeat(" ", 1<<20)),
		"created":     text(201, "application/json", invalidToken),
		"trailer":     trailing,
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.backend.set(answer)
			want := exchange(t, u.backend.URL)
			got := exchange(t, u.gate.URL)
			if got != want {
				t.Errorf("got %.300q, want %.300q", got, want)
			}
			if n := u.backend.count(); n != 2 {
				t.Errorf("the backend was asked %d times through the gate", n-1)
			}
		})
	}
}

func trailing(_ int, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Trailer", "X-Sum")
	_, _ = io.WriteString(w, `{"data":1}`)
	w.Header().Set("X-Sum", "1")
}

// exchange writes an answer down, but for its date and how it was cut.
func exchange(t *testing.T, address string) string {
	t.Helper()
	request, _ := http.NewRequest(http.MethodPut, address+"/api/v2/zylkerinc/conversations/1", strings.NewReader(goodBody))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer token")
	request.Header.Set("Accept-Encoding", "gzip") // by hand, so that nothing is unpacked
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Header.Del("Date")
	return fmt.Sprint(response.Status, response.Header, response.ContentLength, response.Trailer, string(body))
}

// TestRefusedTwice passes the backend's second answer on, and keeps some of the window for
// tokens that end.
func TestRefusedTwice(t *testing.T) {
	u := newUpstream(t)
	u.backend.set(func(_ int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", "Zoho")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "no "+r.Header.Get("Authorization"))
	})
	for i := 1; i <= 20; i++ {
		last := i + 1
		if last > 5 {
			last = 5
		}
		got := u.put(t)
		want := fmt.Sprintf("no Zoho-oauthtoken own-%d", last)
		if got.status != http.StatusUnauthorized || got.body != want || got.header.Get("WWW-Authenticate") != "Zoho" {
			t.Errorf("request %d: got %d %s, want %s", i, got.status, got.body, want)
		}
	}
	u.await(t, 5)
	if n := u.backend.count(); n != 24 {
		t.Errorf("the backend was asked %d times, want 24", n)
	}
}

// TestRefusedWhileTheEndpointIsDown passes the backend's answer on, and then has no token.
func TestRefusedWhileTheEndpointIsDown(t *testing.T) {
	u := newUpstream(t)
	u.expect(t, "Zoho-oauthtoken own-1")
	u.backend.set(unless(text(401, "text/plain", "no")))
	u.endpoint.set(func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if got := u.put(t); got.status != http.StatusUnauthorized || got.body != "no" || got.header.Get("X-First") != "yes" {
		t.Errorf("got %d %s %v", got.status, got.body, got.header)
	}
	if got := u.put(t); got.status != http.StatusServiceUnavailable {
		t.Errorf("then got %d %s", got.status, got.body)
	}
	u.endpoint.set(issuing)
	u.clock.advance(10 * time.Second)
	u.expect(t, "Zoho-oauthtoken own-3")
}

// TestRefusedTogether has many requests find out at once that a token is not good.
func TestRefusedTogether(t *testing.T) {
	u := newUpstream(t)
	u.expect(t, "Zoho-oauthtoken own-1")
	u.backend.set(unless(text(200, "application/json", invalidToken)))
	var all sync.WaitGroup
	for i := 0; i < 50; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			u.expect(t, "Zoho-oauthtoken own-2")
		}()
	}
	all.Wait()
	u.await(t, 2)
}

// TestResendIsACopy puts a handler behind the gate that changes the request it is given.
func TestResendIsACopy(t *testing.T) {
	u := newUpstream(t)
	var got []string
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.URL.Path+" "+r.Header.Get("X-Seen")+" "+string(body))
		r.URL.Path = "/changed"
		r.Header.Set("X-Seen", "yes")
		w.WriteHeader(http.StatusUnauthorized)
	})
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(goodBody))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer token")
	w.Header().Set("X-Outer", "kept")
	mustGate(t, u).Wrap(inner).ServeHTTP(w, r)
	if len(got) != 2 || got[0] != got[1] {
		t.Errorf("the handler got %q", got)
	}
	if w.Code != http.StatusUnauthorized || w.Header().Get("X-Outer") != "kept" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
}

// TestAdmitSetsTheCredential shows what a caller of Admit gets: the token, and one try.
func TestAdmitSetsTheCredential(t *testing.T) {
	u := newUpstream(t)
	r := httptest.NewRequest(http.MethodPut, "/api/v2/zylkerinc/conversations/1", strings.NewReader(goodBody))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer token")
	forwarded, decision := mustGate(t, u).Admit(r)
	if got := forwarded.Header.Get("Authorization"); got != "Zoho-oauthtoken own-1" || decision.Refusal != nil {
		t.Errorf("got %s, %+v", got, decision)
	}
	if r.Header.Get("Authorization") != "Bearer token" {
		t.Error("the caller's request was changed")
	}
}

// TestStreamsThroughTheGate lets an answer that is no JSON pass while it is being written.
func TestStreamsThroughTheGate(t *testing.T) {
	u := newUpstream(t)
	read := make(chan struct{})
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("X-Auth-Subject"))
		_ = http.NewResponseController(w).Flush()
		<-read
	})
	u.gate.Config.Handler = mustGate(t, u, func(r *policy.Route) { r.Forward.Headers = claimHeaders("X-Auth-Subject") }).Wrap(inner)
	request, _ := http.NewRequest(http.MethodPut, u.gate.URL+"/api/v2/zylkerinc/conversations/1", strings.NewReader(goodBody))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer token")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	begin := make([]byte, 1)
	_, err = io.ReadFull(response.Body, begin)
	close(read)
	if err != nil {
		t.Error(err)
	}
}
