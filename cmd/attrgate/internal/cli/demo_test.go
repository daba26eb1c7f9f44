package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// script is what "attrgate demo --output json" prints first.
type script struct {
	Gateway, Backend, AuthorizationServer, ClientID, ClientSecret string

	Requests []struct {
		Name, About, Expect, Method, URL, User, Body, Command string

		Status  int
		Headers []struct{ Name, Value string }
	}
}

type decision struct {
	Time, Outcome, Route, Code, Subject string

	Status, Renamed int
	Names           []string
	Violations      []struct{ Name, Rule string }
}

func startDemo(t *testing.T) (*launched, script) {
	t.Helper()
	l := launch(t, "demo", "--port", "0", "--output", "json")
	var s script
	if err := json.Unmarshal([]byte(l.line(t)), &s); err != nil {
		t.Fatal(err)
	}
	return l, s
}

// try sends one of the script's requests and returns the reply's status and body.
func (s script) try(t *testing.T, name string) (status int, body string) {
	t.Helper()
	for _, r := range s.Requests {
		if r.Name != name {
			continue
		}
		request, err := http.NewRequest(r.Method, r.URL, strings.NewReader(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Headers {
			request.Header.Add(h.Name, h.Value)
		}
		if id, secret, found := strings.Cut(r.User, ":"); found {
			request.SetBasicAuth(id, secret)
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl -d does
		}
		return fetch(t, request)
	}
	t.Fatalf("no request %s", name)
	return 0, ""
}

func fetch(t *testing.T, request *http.Request) (status int, body string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(text)
}

func TestDemoShowsWhatItPromises(t *testing.T) {
	l, s := startDemo(t)
	for _, c := range []struct {
		name     string
		status   int
		reply    string // a part of it
		decision decision
	}{
		{"salesiq", 200, `"customer_info":{"Model":"Class X9","Branch":"Sydney"}`,
			decision{Outcome: "admitted", Status: 200, Route: "custom-info", Subject: "demo", Names: []string{"Model", "Branch"}}},
		{"expertflow", 200, `"value":{"plan":"gold","since":"2021"}`,
			decision{Outcome: "admitted", Status: 200, Route: "channel-session", Subject: "demo", Names: []string{"info", "name"}}},
		{"wrapped-key", 200, `"customer_info":{"Model":"Class X10","Branch":"Sydney"}`,
			decision{Outcome: "admitted", Status: 200, Route: "custom-info", Subject: "demo", Names: []string{"Model"}, Renamed: 1}},
		{"broken-attributes", 422, `"code":"invalid_attributes"`,
			decision{Outcome: "refused", Route: "channel-session", Subject: "demo", Status: 422, Code: "invalid_attributes",
				Names: []string{"info", "name"}, Violations: []struct{ Name, Rule string }{{"info", "type"}, {"name", "type"}}}},
		{"without-scope", 403, `"code":"insufficient_scope"`,
			decision{Outcome: "refused", Route: "custom-info", Subject: "demo", Status: 403, Code: "insufficient_scope"}},
		{"expired", 401, `"code":"invalid_token"`,
			decision{Outcome: "refused", Route: "custom-info", Status: 401, Code: "invalid_token"}},
		{"not-guarded", 200, `"customer_info":{"Model":"Class X10","Branch":"Sydney"}`, decision{Outcome: "passed", Status: 200}},
	} {
		status, body := s.try(t, c.name)
		if status != c.status || !strings.Contains(body, c.reply) {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
		var got decision
		line := l.line(t)
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.Time == "" {
			t.Errorf("%s: %v in %s", c.name, err, line)
		}
		got.Time = ""
		if asJSON(got) != asJSON(c.decision) {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, asJSON(got), asJSON(c.decision))
		}
		if leak := regexp.MustCompile(`eyJ|Class|Sydney|gold|Ada|wheels|visitor`).FindString(line); leak != "" {
			t.Errorf("%s: %q in the decision %s", c.name, leak, line)
		}
	}
	l.stop(t)
}

func TestDemoDoesWhatItSaysOfItself(t *testing.T) {
	l, s := startDemo(t)
	defer l.stop(t)
	if len(s.Requests) != 8 {
		t.Errorf("%d requests", len(s.Requests))
	}
	for _, r := range s.Requests {
		if status, body := s.try(t, r.Name); status != r.Status || r.About == "" || r.Expect == "" {
			t.Errorf("%s: %d %s, announced %d", r.Name, status, body, r.Status)
		}
	}
}

func TestDemoBackendSeesNothingOfWhatIsRefused(t *testing.T) {
	l, s := startDemo(t)
	defer l.stop(t)
	for _, name := range []string{"expertflow", "broken-attributes"} {
		s.try(t, name)
	}
	direct, _ := http.NewRequest("PUT", strings.Replace(s.Requests[1].URL, s.Gateway, s.Backend, 1),
		strings.NewReader(`[{"key":"other","type":"String50","value":"x"}]`))
	direct.Header.Set("Content-Type", "application/json")
	if status, body := fetch(t, direct); status != 200 || !strings.Contains(body, "Ada Example") || strings.Contains(body, "wheels") {
		t.Errorf("%d %s", status, body)
	}
}

func TestDemoFreshTokenIsAdmitted(t *testing.T) {
	l, s := startDemo(t)
	defer l.stop(t)
	_, body := s.try(t, "fresh-token")
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	request, _ := http.NewRequest("PUT", s.Requests[0].URL, strings.NewReader(s.Requests[0].Body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Zoho-oauthtoken "+answer.Token)
	if status, reply := fetch(t, request); status != 200 {
		t.Errorf("%d %s", status, reply)
	}
}

// The commands are pasted, all of them at once, from the output for people.
func TestDemoCommandsCanBePastedIntoAShell(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	l := launch(t, "demo", "--port", "0")
	var pasted strings.Builder
	for inside, line := false, l.line(t); !strings.HasPrefix(line, "time "); line = l.line(t) {
		inside = (inside || strings.HasPrefix(line, "# Tokens")) && !strings.HasPrefix(line, "Every ")
		if inside {
			pasted.WriteString(line + "\n")
		}
	}
	shell := exec.CommandContext(t.Context(), "bash", "-e")
	shell.Stdin = strings.NewReader(pasted.String())
	replies, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, replies)
	}
	if strings.Contains(pasted.String(), "Bearer eyJ") {
		t.Errorf("tokens stand in the commands:\n%s", pasted.String())
	}
	got := regexp.MustCompile(`(?m)^HTTP/1.1 \d+`).FindAllString(string(replies), -1)
	want := regexp.MustCompile(`(?m)^#    Expect \d+`).FindAllString(pasted.String(), -1)
	if strip(got) != strip(want) || len(got) != 8 {
		t.Errorf("got %v, announced %v\n%s", got, want, replies)
	}
	for _, want := range []string{
		"admitted  200     custom-info      -                       demo", "admitted  200     channel-session",
		" Model (1 renamed)", "refused   422     channel-session  invalid_attributes      demo",
		"refused   403     custom-info      insufficient_scope", "refused   401     custom-info      invalid_token           - ",
		"passed    200     -",
	} {
		if line := l.line(t); !strings.Contains(line, want) || !regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3}  .* µs`).MatchString(line) {
			t.Errorf("printed %q, want %q", line, want)
		}
	}
	l.stop(t)
}

func strip(lines []string) string {
	return regexp.MustCompile(`HTTP/1.1|Expect|[# ]`).ReplaceAllString(strings.Join(lines, ","), "")
}

func TestDemoEndsWithNothingListening(t *testing.T) {
	l, s := startDemo(t)
	s.try(t, "salesiq")
	l.stop(t)
	for _, url := range []string{s.Gateway, s.Backend, s.AuthorizationServer} {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("%s is not on loopback", url)
		}
		deaf(t, url)
	}
}

func TestDemoNamesAPortThatIsBusy(t *testing.T) {
	address, port := occupied(t)
	code, stdout, stderr := run(t.Context(), "demo", "--port", port)
	want := "attrgate: cannot listen on " + address + ": bind: address already in use (choose another address with --port)\n"
	if code != 2 || stdout != "" || stderr != want {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestDemoNeedsThreePorts(t *testing.T) {
	code, stdout, stderr := run(t.Context(), "demo", "--port", "65534")
	if code != 2 || stdout != "" || stderr != "attrgate: --port must be from 0 to 65533: the two ports after it are taken, too\n" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func asJSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}
