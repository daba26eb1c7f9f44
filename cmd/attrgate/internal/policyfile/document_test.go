package policyfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
)

const tables = `# a comment
title = "é" # another
dotted.key = 1
inline = {a = 1, b = {c = 2}}
list = [
  "one", # comment
  "two",
]

[table.'quoted name']
key = 1

  [[things]]
  name = "first"
[[things.parts]]
name = "a"
[[things.parts]]
name = "b"
[things.more]
key = 1
[[things]]
name = "second"
inline = [{x = 1}, {x = 2}]
`

// Problems stand where the keys of a TOML document are.
func TestPlacesInTOML(t *testing.T) {
	document, err := policyfile.ReadDocument("file.toml", ".TOML", []byte(tables))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"title": "2:1", "dotted": "3:1", "dotted.key": "3:8", "inline.b": "4:18", "inline.b.c": "4:23", "list[1]": "5:1", "list": "5:1",
		"table": "10:2", "table.quoted name": "10:8", "table.quoted name.key": "11:1", "things": "21:3", "things[0].name": "14:3",
		"things[0].parts[0].name": "16:1", "things[0].parts[1].name": "18:1", "things[0].more": "19:9", "things[0].more.key": "20:1",
		"things[1].name": "22:1", "things[1].inline[1].x": "23:21", "things[1].unknown": "21:3", "nothing": "1:1",
	} {
		if got := document.Problem(path, "x").Error(); got != "file.toml:"+want+": x" {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := document.Root.Get("things").Items[0].Get("parts").Items[1].Get("name").Scalar; got != "b" {
		t.Errorf("the second part is %q", got)
	}
}

// What cannot be read is said with its place.
func TestUnreadableDocuments(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\nb =":       "file.toml:2:3: not TOML: ",
		"a = 1\na = 2":     "file.toml:",
		"a = \"\xff\"":     "file.toml:1:6: not UTF-8",
		"a = inf":          "file.toml:1:1: a number that JSON does not have",
		"a = [1,\n  {b}\n": "file.toml:2:",
	} {
		_, err := policyfile.ReadDocument("file.toml", ".toml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// FuzzTOML states that no TOML document makes the reader fail in another way than by saying
// what is wrong with it.
func FuzzTOML(f *testing.F) {
	f.Add(tables)
	f.Add("a.b.c = 1\n[a]\nb.d = 2\n[[x]]\n[[x.y]]\n[x.y.z]")
	f.Fuzz(func(t *testing.T, text string) {
		document, err := policyfile.ReadDocument("file.toml", ".toml", []byte(text))
		if (err == nil) == (document.Root == nil) {
			t.Error(fmt.Sprint("neither a document nor a problem: ", err))
		}
	})
}
