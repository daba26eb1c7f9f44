package curl_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/curl"
)

func TestTheRequestIsWhatCurlSends(t *testing.T) {
	t.Setenv("TOKEN", "t-1")
	name := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(name, []byte("[\n1]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FILE", name)
	for command, want := range map[string]string{
		`curl http://a.example`:                               "GET / HTTP/1.1\nHost: a.example\n\n",
		`/usr/bin/curl -sSkL --url a.example:81/x?y=1#z -o o`: "GET /x?y=1 HTTP/1.1\nHost: a.example:81\n\n",
		"curl -X PUT 'https://a.example/forms/1' \\\n  -H 'Authorization: Bearer '$TOKEN \\\n  -H \"content-type: application/json\" -d '[]'\n": "PUT /forms/1 HTTP/1.1\nHost: a.example\nAuthorization: Bearer t-1\ncontent-type: application/json\n\n[]",
		`curl -XPUT -H'X-A:1' a.example --data-raw $'@\u00e9\'\n'`:                                                                              "PUT / HTTP/1.1\nHost: a.example\nX-A: 1\nContent-Type: application/x-www-form-urlencoded\n\n@é'\n",
		`curl a.example -d @$FILE -d b`:                           "POST / HTTP/1.1\nHost: a.example\nContent-Type: application/x-www-form-urlencoded\n\n[1]&b",
		`curl a.example --data-binary @$FILE`:                     "POST / HTTP/1.1\nHost: a.example\nContent-Type: application/x-www-form-urlencoded\n\n[\n1]\n",
		`curl -X PUT a.example --json '{' --json '}'`:             "PUT / HTTP/1.1\nHost: a.example\nContent-Type: application/json\nAccept: application/json\n\n{}",
		`curl a.example --json 1 -H 'Content-Type:' -H 'Accept;'`: "POST / HTTP/1.1\nHost: a.example\nAccept: \n\n1",
		`curl -G a.example/x -d a=1 -d b=2`:                       "GET /x?a=1&b=2 HTTP/1.1\nHost: a.example\n\n",
		`curl -I 'a.example/x?a' -H 'Host: b.example'`:            "HEAD /x?a HTTP/1.1\nHost: b.example\n\n",
		`curl --oauth2-bearer t -b c=1 a.example`:                 "GET / HTTP/1.1\nHost: a.example\nAuthorization: Bearer t\nCookie: c=1\n\n",
		`curl http://a.example/a/../b//%2e%2E/c/`:                 "GET /b//%2e%2E/c/ HTTP/1.1\nHost: a.example\n\n",
		`curl --path-as-is http://a.example/a/../b`:               "GET /a/../b HTTP/1.1\nHost: a.example\n\n",
	} {
		message, err := curl.Parse(command)
		if got := string(message.Bytes()); err != nil || got != want {
			t.Errorf("%s\ngot  %q, %v\nwant %q", command, got, err, want)
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for command, want := range map[string]string{
		``:                                 "begins with the word curl",
		`wget a.example`:                   "begins with the word curl",
		`curl`:                             "one URL is needed, and there are 0",
		`curl a.example b.example`:         "one URL is needed, and there are 2",
		`curl 'a.example`:                  "not a command line of a shell",
		`curl $(echo a.example)`:           "not a command line of a shell",
		`curl a.example/$UNSET_HERE`:       "the variable UNSET_HERE is not set",
		`curl ftp://a.example`:             "not one of http or https",
		`curl -u ada:secret a.example`:     "takes access tokens",
		`curl http://ada:secret@a.example`: "takes access tokens",
		`curl -F a=secret a.example`:       "cannot be JSON",
		`curl -d @- a.example`:             "standard input is not read",
		`curl -d @/missing/x a.example`:    "no such file",
		`curl --frobnicate a.example`:      "unknown flag: --frobnicate",
	} {
		_, err := curl.Parse(command)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want %q", command, err, want)
		}
	}
}
