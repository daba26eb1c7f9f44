package replay_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/replay"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware/policy"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run replays a file with this content.
func run(t testing.TB, options replay.Options, name, content string) *replay.Report {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(file, []byte(content), 0o600))
	sources, err := traffic.Find([]string{file}, nil)
	must(t, err)
	if options.Top == 0 {
		options.Top = 10
	}
	report, err := replay.New(options).Run(context.Background(), sources)
	must(t, err)
	return report
}

func parse(t testing.TB, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse([]byte(text))
	must(t, err)
	return p
}

// record is a line of a log; nil members are left out.
type record struct {
	Time    string         `json:"time,omitempty"`
	Method  string         `json:"method,omitempty"`
	Path    string         `json:"path,omitempty"`
	Headers any            `json:"headers,omitempty"`
	Body    any            `json:"body,omitempty"`
	Base64  []byte         `json:"body_base64,omitempty"`
	Status  int            `json:"status,omitempty"`
	Outcome string         `json:"outcome,omitempty"`
	Code    string         `json:"code,omitempty"`
	Subject string         `json:"subject,omitempty"`
	Claims  map[string]any `json:"claims,omitempty"`
}

func lines(t testing.TB, records ...record) string {
	t.Helper()
	var b strings.Builder
	for _, r := range records {
		text, err := json.Marshal(r)
		must(t, err)
		b.Write(append(text, '\n'))
	}
	return b.String()
}

const conversation = "/api/v2/acme/conversations/1"

// update is a request in order, with a token under a scheme; no token if it is empty.
func update(authorization string, body any) record {
	header := map[string]string{"Content-Type": "application/json"}
	if authorization != "" {
		header["Authorization"] = authorization
	}
	return record{Method: "PUT", Path: conversation, Headers: header, Body: body}
}

func info(attributes map[string]any) any { return map[string]any{"customer_info": attributes} }
