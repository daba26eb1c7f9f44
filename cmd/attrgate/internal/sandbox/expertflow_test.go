package sandbox_test

import (
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/sandbox"
)

const sessionID = "5f0c2a7be4d19a3c86b7d210"

// attributesOf returns the attributes of a session without the one that every session starts with.
func attributesOf(t *testing.T, session string) string {
	t.Helper()
	all := at(t, session, "channelData", "additionalAttributes")
	_, rest, found := strings.Cut(all, `"formData":null}}`)
	if !found {
		t.Fatalf("the first attribute is gone: %s", all)
	}
	return "[" + strings.TrimPrefix(rest, ",")
}

func TestSessionIsAnsweredInFull(t *testing.T) {
	server := start(t, sandbox.Options{})
	const body = `[
		{"key":"info","type":"AlphanumSpecial200","value":{"browserDeviceInfo":{"browserId":"1","deviceType":"desktop"}}},
		{"key":"name","type":"String2000","value":"Ada Example"}]`
	status, reply := send(t, "PUT", server.URL+"/forms/"+sessionID, body)
	wantStatus(t, status, 200, reply)
	wantText(t, "id", at(t, reply, "id"), `"`+sessionID+`"`)
	wantText(t, "attributes", attributesOf(t, reply),
		`[{"key":"info","type":"AlphanumSpecial200","value":{"browserDeviceInfo":{"browserId":"1","deviceType":"desktop"}}},`+
			`{"key":"name","type":"String2000","value":"Ada Example"}]`)
	for _, path := range []string{
		"participantType", "channel.channelConfig.routingPolicy", "channel.channelConnector", "channel.channelType",
		"customer", "customerSuggestions", "latestIntent", "isActive", "conversationId", "state.name",
	} {
		if at(t, reply, strings.Split(path, ".")...) == "" {
			t.Errorf("%s is missing", path)
		}
	}
}

func TestSessionOverridesAndAdds(t *testing.T) {
	server := start(t, sandbox.Options{})
	for _, test := range []struct{ sent, want string }{
		{`[]`, `[]`},
		{`[{"key":"a","type":"Number","value":12345678901234567890.10}]`, `[{"key":"a","type":"Number","value":12345678901234567890.10}]`},
		{`[{"key":"A","type":"String50","value":"<x>"}]`, `[{"key":"a","type":"Number","value":12345678901234567890.10},{"key":"A","type":"String50","value":"<x>"}]`},
		{`[{"key":"a","type":"Boolean","value":true},{"key":"a","type":"Boolean"}]`, `[{"key":"a","type":"Boolean","value":null},{"key":"A","type":"String50","value":"<x>"}]`},
	} {
		status, reply := send(t, "PUT", server.URL+"/forms/"+sessionID, test.sent)
		wantStatus(t, status, 200, reply)
		wantText(t, "attributes", attributesOf(t, reply), test.want)
		status, read := send(t, "GET", server.URL+"/forms/"+sessionID, "")
		wantStatus(t, status, 200, read)
		wantText(t, "session of GET", read, reply)
	}
}

func TestSessionTakesTenAttributesAtOnce(t *testing.T) {
	server := start(t, sandbox.Options{})
	one := `{"key":"k","type":"String50","value":"v"}`
	status, reply := send(t, "PUT", server.URL+"/forms/"+sessionID, "["+strings.Repeat(one+",", 9)+one+"]")
	wantStatus(t, status, 200, reply)
	status, reply = send(t, "PUT", server.URL+"/forms/"+sessionID, "["+strings.Repeat(one+",", 10)+one+"]")
	wantStatus(t, status, 400, reply)
	wantText(t, "message", at(t, reply, "message"), `"the list has more than 10 attributes"`)
}

func TestOnlyTheNamedSessionsExist(t *testing.T) {
	server := start(t, sandbox.Options{Sessions: []string{"one", "two"}})
	for id, want := range map[string]int{"one": 200, "two": 200, "three": 404, "": 404} {
		for _, method := range []string{"PUT", "GET"} {
			status, reply := send(t, method, server.URL+"/forms/"+id, `[]`)
			wantStatus(t, status, want, reply)
			if want == 404 {
				wantText(t, "message", at(t, reply, "message"), `"channel session not found"`)
			}
		}
	}
}

func TestExpertFlowErrors(t *testing.T) {
	server := start(t, sandbox.Options{})
	for name, test := range map[string]struct {
		method, contentType, body string
		status                    int
		reason                    string
	}{
		"empty body":      {body: ``, status: 400, reason: "Bad Request"},
		"broken JSON":     {body: `[`, status: 400, reason: "Bad Request"},
		"object":          {body: `{"key":"a","type":"b","value":"c"}`, status: 400, reason: "Bad Request"},
		"null":            {body: `null`, status: 400, reason: "Bad Request"},
		"list of null":    {body: `[null]`, status: 400, reason: "Bad Request"},
		"list of list":    {body: `[[]]`, status: 400, reason: "Bad Request"},
		"key in capitals": {body: `[{"Key":"a","type":"b","value":"c"}]`, status: 400, reason: "Bad Request"},
		"empty key":       {body: `[{"key":"","type":"b","value":"c"}]`, status: 400, reason: "Bad Request"},
		"type a number":   {body: `[{"key":"a","type":1,"value":"c"}]`, status: 400, reason: "Bad Request"},
		"wrong method":    {method: "POST", body: `[]`, status: 405, reason: "Method Not Allowed"},
		"wrong type":      {contentType: "text/plain", body: `[]`, status: 415, reason: "Unsupported Media Type"},
	} {
		t.Run(name, func(t *testing.T) {
			status, reply := sendAs(t, or(test.contentType, "application/json"), or(test.method, "PUT"), server.URL+"/forms/"+sessionID, test.body)
			wantStatus(t, status, test.status, reply)
			wantText(t, "error", at(t, reply, "error"), `"`+test.reason+`"`)
			wantText(t, "path", at(t, reply, "path"), `"/forms/`+sessionID+`"`)
			if at(t, reply, "timestamp") == "" || at(t, reply, "message") == "" {
				t.Errorf("no timestamp or message: %s", reply)
			}
		})
	}
}

func TestUpdateFormEchoesTheForm(t *testing.T) {
	server := start(t, sandbox.Options{Sessions: []string{"one"}})
	status, reply := send(t, "PUT", server.URL+"/forms", `{"formTitle":"Feedback","attributes":[{"key":"a","n":1.0}]}`)
	wantStatus(t, status, 200, reply)
	wantText(t, "formTitle", at(t, reply, "formTitle"), `"Feedback"`)
	wantText(t, "attributes", at(t, reply, "attributes"), `[{"key":"a","n":1.0}]`)
	if len(at(t, reply, "id")) != 26 {
		t.Errorf("id is %s", at(t, reply, "id"))
	}
	status, reply = send(t, "PUT", server.URL+"/forms", `{"id":"mine"}`)
	wantStatus(t, status, 200, reply)
	wantText(t, "id", at(t, reply, "id"), `"mine"`)
}

func TestUpdateFormErrors(t *testing.T) {
	server := start(t, sandbox.Options{})
	status, reply := send(t, "PUT", server.URL+"/forms", `[{"key":"a","type":"String50","value":"b"}]`)
	wantStatus(t, status, 400, reply)
	status, reply = send(t, "GET", server.URL+"/forms", "")
	wantStatus(t, status, 405, reply)
}
