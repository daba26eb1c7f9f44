package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const before = `
issuers: [{issuer: https://idp.example.com, audiences: [contact-centre]}]
routes:
  - api: salesiq-custom-info
    attributes: [{name: Colour, values: [Red, Blue]}]
  - api: expertflow-channel-session
`

const after = `
issuers: [{issuer: https://idp.example.com, audiences: [contact-centre]}]
routes:
  - api: salesiq-custom-info
    variables: [{name: screen_name, pattern: "[a-z]+"}, {name: conversation_id, pattern: "[0-9]+"}]
    keys: {aliases: [{from: Town, to: City}]}
    attributes:
      - {name: Model, type: String10}
      - {name: Branch, values: [Sydney, Perth]}
      - {name: Remark, type: String20}
  - api: expertflow-channel-session
    mode: report
    attributes: [{name: city, type: String30}]
`

// hostile is a name that a page must show and not obey.
const hostile = `<img src=x onerror=alert(1)>`

// secret is a value, which no report may show.
const secret = "Sapphire"

// traffic is a log of a day with all kinds of change in it.
func traffic() string {
	var b strings.Builder
	began := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	for i := range 2000 {
		at := began.Add(time.Duration(i) * 15 * time.Second)
		b.WriteString(line(i, at.Format(time.RFC3339)))
		if i%400 == 399 {
			b.WriteString("{\"method\": \"PUT\", \"path\n")
		}
	}
	return b.String()
}

func line(i int, at string) string {
	path, body := "/api/v2/acme/conversations/"+fmt.Sprint(i), any(map[string]any{"customer_info": attributes(i)})
	switch {
	case i%9 == 1:
		path, body = "/forms/"+fmt.Sprint(i), []any{map[string]any{"key": "city", "type": "String50", "value": secret}}
	case i%11 == 1:
		path = "/reports"
	case i%20 == 5:
		path = "/api/v2/acme/conversations/c-" + fmt.Sprint(i)
	}
	claims := map[string]any{"sub": fmt.Sprint("agent-", i%17), "client_id": fmt.Sprint("desk-", i%6), "scope": "SalesIQ.conversations.UPDATE channel-session:update"}
	if i%13 == 0 {
		claims["sub"] = hostile
	}
	if i%41 == 0 {
		claims["scope"] = "openid"
	}
	text, _ := json.Marshal(map[string]any{"time": at, "method": "PUT", "path": path, "body": body, "claims": claims}) // it is plain
	return string(text) + "\n"
}

// attributes are those of the i-th request; some break rules of one policy or the other.
func attributes(i int) map[string]any {
	switch {
	case i > 1200 && i%3 == 0:
		return map[string]any{"Model": secret + " Deluxe", "Branch": "Sydney"}
	case i%8 == 0:
		return map[string]any{"Model": "X9", "Branch": secret, "Remark": strings.Repeat(secret, 4)}
	case i%10 == 5:
		return map[string]any{"Colour": secret}
	case i%10 == 7:
		return map[string]any{"Town": "Perth"}
	}
	return map[string]any{"Model": "X9", "Branch": "Perth"}
}

// report runs replay over the traffic and returns the URL of the page.
func report(t *testing.T, log string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"access.jsonl": log, "new.yaml": after, "old.yaml": before} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	replay := exec.Command(attrgate, "replay", "access.jsonl", "--policy", "new.yaml", "--against", "old.yaml", "--output", "html", "--out", "report.html", "--fail-on", "never")
	replay.Dir = dir
	if output, err := replay.CombinedOutput(); err != nil || len(output) > 0 {
		t.Fatalf("%v\n%s", err, output)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	must(t, err)
	if bytes.Contains(page, []byte(secret)) {
		t.Error("a value is in the page")
	}
	return "file://" + filepath.Join(dir, "report.html")
}
