package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// answerLimit is when a request counts as one without an answer.
const answerLimit = 30 * time.Second

// kind is a sort of request, and all that its answer must be.
type kind struct {
	name, method, path, body string
	token                    func(tokens) string
	status                   int
	holds                    string // what the answer's body must hold
}

func good(t tokens) string  { return t.good }
func other(t tokens) string { return t.other }
func none(tokens) string    { return "" }

// kinds are sent in turn.
var kinds = []kind{
	{"update", "PUT", "/api/v2/z/conversations/1", `{"customer_info":{"%visitor.custominfo.Model%":"X9","Branch":"Sydney"}}`, good, 200, `"Model":"X9"`},
	{"session", "PUT", "/forms/64e2f08a6155b317cd3f88fd", `[{"key":"city","type":"String50","value":"Sydney"}]`, good, 200, `Sydney`},
	{"too long", "PUT", "/api/v2/z/conversations/1", `{"customer_info":{"Model":"` + strings.Repeat("x", 51) + `"}}`, good, 422, `"invalid_attributes"`},
	{"no scope", "PUT", "/forms/64e2f08a6155b317cd3f88fd", `[]`, other, 403, `"insufficient_scope"`},
	{"no token", "PUT", "/api/v2/z/conversations/1", `{}`, none, 401, `"token_missing"`},
	{"forged", "PUT", "/api/v2/z/conversations/1", `{}`, func(t tokens) string { return t.good[:len(t.good)-8] + "AAAAAAAA" }, 401, `"invalid_token"`},
	{"unguarded", "GET", "/api/v2/z/conversations/1", ``, none, 200, ``},
}

// send sends requests at a steady rate, whether or not the earlier ones were answered, until
// the time is up, and waits for the last answers.
func send(ctx context.Context, s *stage, rate int, t *tally) {
	client := &http.Client{Timeout: answerLimit, Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	var underWay sync.WaitGroup
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			underWay.Wait()
			client.CloseIdleConnections()
			return
		case <-tick.C:
		}
		k, sent := kinds[i%len(kinds)], s.currentTokens()
		underWay.Go(func() { t.add(k, exchange(client, s.address, k, sent)) })
	}
}

// exchange sends a request and says what is wrong with its answer; empty: nothing.
func exchange(client *http.Client, address string, k kind, sent tokens) (wrong string) {
	request, err := http.NewRequest(k.method, "http://"+address+k.path, strings.NewReader(k.body))
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Content-Type", "application/json")
	if token := k.token(sent); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	reply, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	switch {
	case err != nil:
		return err.Error()
	case reply.StatusCode != k.status || !strings.Contains(string(body), k.holds):
		return reply.Status + " " + string(body)
	}
	return ""
}
