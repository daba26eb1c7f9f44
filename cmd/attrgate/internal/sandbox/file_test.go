package sandbox_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/sandbox"
)

// once serves a sandbox with a data file for the time of one call.
func once(t *testing.T, path string, use func(url string)) {
	t.Helper()
	backend, err := sandbox.New(sandbox.Options{DataFile: path})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(backend)
	use(server.URL)
	server.Close()
	if err := backend.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDataFileOutlivesTheServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	var conversation, session string
	once(t, path, func(url string) {
		_, conversation = send(t, "PUT", url+conversationPath, `{"customer_info":{"n":12345678901234567890}}`)
		_, session = send(t, "PUT", url+"/forms/"+sessionID, `[{"key":"a","type":"Number","value":1.0}]`)
	})
	once(t, path, func(url string) {
		_, reply := send(t, "GET", url+conversationPath, "")
		wantText(t, "conversation", at(t, reply, "data"), at(t, conversation, "data"))
		_, reply = send(t, "GET", url+"/forms/"+sessionID, "")
		wantText(t, "session", reply, session)
	})
}

func TestLockedDataFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	once(t, path, func(string) {
		_, err := sandbox.New(sandbox.Options{DataFile: path})
		if err == nil || !strings.Contains(err.Error(), path+": in use by another process") {
			t.Errorf("New: %v", err)
		}
	})
}

func TestDamagedDataFile(t *testing.T) {
	directory := t.TempDir()
	whole := filepath.Join(directory, "whole.db")
	once(t, whole, func(url string) {
		for _, id := range []string{"1", "2", "3"} {
			send(t, "PUT", url+"/forms/"+id, `[{"key":"a","type":"String2000","value":"`+strings.Repeat("x", 20_000)+`"}]`)
		}
	})
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"a note":        "buy milk",
		"a long note":   strings.Repeat("buy milk\n", 10_000),
		"cut short":     string(text[:20_000]),
		"cut to a page": string(text[:8192]),
		"overwritten":   string(text[:8192]) + strings.Repeat("#", len(text)-8192),
		"other values":  strings.ReplaceAll(string(text), `"key":"a"`, `"key":!!!`),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(directory, "damaged.db")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := sandbox.New(sandbox.Options{DataFile: path})
			if err == nil || !strings.Contains(err.Error(), path+": not a sandbox data file, or a damaged one") {
				t.Fatalf("New: %v", err)
			}
			if left, _ := os.ReadFile(path); string(left) != content {
				t.Error("the damaged file was changed")
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestDataFileThatCannotBeMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "data.db")
	_, err := sandbox.New(sandbox.Options{DataFile: path})
	if err == nil || !strings.Contains(err.Error(), "data file "+path) {
		t.Errorf("New: %v", err)
	}
}

func TestAnswersAfterClose(t *testing.T) {
	backend, err := sandbox.New(sandbox.Options{DataFile: filepath.Join(t.TempDir(), "data.db")})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(backend)
	defer server.Close()
	if err := backend.Close(); err != nil {
		t.Fatal(err)
	}
	status, reply := send(t, "PUT", server.URL+conversationPath, `{"customer_info":{}}`)
	wantStatus(t, status, 500, reply)
	wantText(t, "code", at(t, reply, "error", "code"), "1001")
	status, reply = send(t, "GET", server.URL+"/forms/"+sessionID, "")
	wantStatus(t, status, 500, reply)
}
