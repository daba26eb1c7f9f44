package sandbox_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/sandbox"
)

const conversationPath = "/api/v2/acme/conversations/70000000000000123"

func TestConversationIsAnsweredInFull(t *testing.T) {
	server := start(t, sandbox.Options{})
	status, reply := send(t, "PUT", server.URL+conversationPath, `{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`)
	wantStatus(t, status, 200, reply)
	wantText(t, "url", at(t, reply, "url"), `"`+conversationPath+`"`)
	wantText(t, "object", at(t, reply, "object"), `"Object"`)
	wantText(t, "customer_info", at(t, reply, "data", "customer_info"), `{"Model":"Class X9","Branch":"Sydney"}`)
	for _, name := range []string{
		"owner", "chat_status", "question", "reference_id", "uvid", "chat_id", "visitor",
		"department", "attender", "last_message_info", "participants",
	} {
		if at(t, reply, "data", name) == "" {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"channel_details", "supported_operations"} {
		if at(t, reply, "data", "visitor", name) == "" {
			t.Errorf("visitor.%s is missing", name)
		}
	}
	milliseconds := regexp.MustCompile(`^"\d{13}"$`)
	for _, name := range []string{"start_time", "attended_time", "last_modified_time"} {
		if value := at(t, reply, "data", name); !milliseconds.MatchString(value) {
			t.Errorf("%s is %s", name, value)
		}
	}
	if id := at(t, reply, "data", "id"); strings.Contains(conversationPath, strings.Trim(id, `"`)) {
		t.Errorf("data.id is %s, the id of the path", id)
	}
}

func TestConversationMergesAndKeepsWhatItWasSent(t *testing.T) {
	server := start(t, sandbox.Options{})
	for _, test := range []struct{ sent, want string }{
		{`{}`, `{}`},
		{`{"Model":"A","branch":"b"}`, `{"Model":"A","branch":"b"}`},
		{`{"Branch":"B"}`, `{"Model":"A","branch":"b","Branch":"B"}`},
		{`{"Model":"C"}`, `{"Model":"C","branch":"b","Branch":"B"}`},
		{`{"n":123456789012345678901234567890,"f":1.50e+07}`, `{"Model":"C","branch":"b","Branch":"B","n":123456789012345678901234567890,"f":1.50e+07}`},
		{`{"n":null,"f":"<&> é \u2028","o":{"a":[1.0]}}`, `{"Model":"C","branch":"b","Branch":"B","n":null,"f":"<&> é \u2028","o":{"a":[1.0]}}`},
	} {
		status, reply := send(t, "PUT", server.URL+conversationPath, `{"customer_info":`+test.sent+`}`)
		wantStatus(t, status, 200, reply)
		wantText(t, "customer_info", at(t, reply, "data", "customer_info"), test.want)
		status, read := send(t, "GET", server.URL+conversationPath, "")
		wantStatus(t, status, 200, read)
		wantText(t, "data of GET", at(t, read, "data"), at(t, reply, "data"))
	}
}

func TestConversationsAreApart(t *testing.T) {
	server := start(t, sandbox.Options{})
	send(t, "PUT", server.URL+conversationPath, `{"customer_info":{"Model":"A"}}`)
	for _, other := range []string{"/api/v2/acme/conversations/2", "/api/v2/other/conversations/70000000000000123"} {
		status, reply := send(t, "GET", server.URL+other, "")
		wantStatus(t, status, 200, reply)
		wantText(t, "customer_info", at(t, reply, "data", "customer_info"), `{}`)
	}
}

func TestSalesIQErrors(t *testing.T) {
	const object = `{"customer_info":{"a":"b"}}`
	for name, test := range map[string]struct{ method, path, contentType, body, want string }{
		"empty body":          {body: ``, want: `{"code":1015,"message":"Either the input stream is invalid or absent"}`},
		"broken JSON":         {body: `{"customer_info":`, want: `{"code":1015,"message":"Either the input stream is invalid or absent"}`},
		"trailing data":       {body: object + `{}`, want: `{"code":1015,"message":"Either the input stream is invalid or absent"}`},
		"invalid UTF-8":       {body: "{\"customer_info\":{\"a\":\"\xff\"}}", want: `{"code":1015,"message":"Either the input stream is invalid or absent"}`},
		"object as a string":  {body: `"{\"customer_info\":{}}"`, want: `{"code":1015,"message":"Either the input stream is invalid or absent"}`},
		"no customer_info":    {body: `{"Customer_Info":{}}`, want: `{"code":1015,"message":"Either the input stream is invalid or absent","json_key":"customer_info"}`},
		"customer_info list":  {body: `{"customer_info":[]}`, want: `{"code":1015,"message":"Either the input stream is invalid or absent","json_key":"customer_info"}`},
		"customer_info null":  {body: `{"customer_info":null}`, want: `{"code":1015,"message":"Either the input stream is invalid or absent","json_key":"customer_info"}`},
		"wrong screen name":   {path: "/api/v2/-acme/conversations/1", body: object, want: `{"code":1005,"message":"Invalid portal or wrong screen name."}`},
		"wrong id":            {path: "/api/v2/acme/conversations/a.b", body: object, want: `{"code":1006,"message":"Invalid URL"}`},
		"no id":               {path: "/api/v2/acme/conversations/", body: object, want: `{"code":1006,"message":"Invalid URL"}`},
		"slash in the id":     {path: "/api/v2/acme/conversations/a%2Fb", body: object, want: `{"code":1006,"message":"Invalid URL"}`},
		"wrong method":        {method: "POST", body: object, want: `{"code":1010,"message":"Invalid Method."}`},
		"wrong content type":  {contentType: "text/plain", body: object, want: `{"code":1054,"message":"Invalid header value","header":"Content-Type"}`},
		"broken content type": {contentType: "application/json; x", body: object, want: `{"code":1054,"message":"Invalid header value","header":"Content-Type"}`},
	} {
		t.Run(name, func(t *testing.T) {
			for status, errorsAs200 := range map[int]bool{400: false, 200: true} {
				server := start(t, sandbox.Options{ErrorsAs200: errorsAs200})
				got, reply := sendAs(t, or(test.contentType, "application/json"), or(test.method, "PUT"), server.URL+or(test.path, conversationPath), test.body)
				wantStatus(t, got, status, reply)
				wantText(t, "error", at(t, reply, "error"), test.want)
			}
		})
	}
}

func TestConcurrentUpdatesAreAllKept(t *testing.T) {
	for name, options := range map[string]sandbox.Options{
		"memory": {},
		"file":   {DataFile: t.TempDir() + "/data.db"},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, options)
			var group sync.WaitGroup
			for i := range 30 {
				group.Go(func() {
					send(t, "PUT", server.URL+conversationPath, fmt.Sprintf(`{"customer_info":{"name %d":%d}}`, i, i))
					send(t, "GET", server.URL+conversationPath, "")
				})
			}
			group.Wait()
			_, reply := send(t, "GET", server.URL+conversationPath, "")
			info := at(t, reply, "data", "customer_info")
			for i := range 30 {
				wantText(t, "value", at(t, info, fmt.Sprintf("name %d", i)), fmt.Sprint(i))
			}
		})
	}
}

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
