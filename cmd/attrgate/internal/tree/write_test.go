package tree_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/pelletier/go-toml/v2"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

// FuzzTextsComeBack states that every text that is UTF-8 comes back from YAML and TOML as it
// was, wherever it stands, and that Traefik's templates find nothing in it.
func FuzzTextsComeBack(f *testing.F) {
	for _, text := range []string{
		"", "true", "~", "1e3", "0o7", "a: b", "a:b", "- a", "{{", "}}", "{{{", "two\nlines\n", "\n", " a", "a ", "\t", "\x00\x7f\u0085\u2028\ufeff", "\U0001f600",
		"'", "\"", "\\", "a #b", "#", "<<", "=", "!!str", "&a", "*a", "%a", "@a", "`a", "?", "a,b", "[a]", "{a}", "|\n a", "---", "...", "\U000e0001", "\ufffe",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		comesBack(t, text)
	})
}

func comesBack(t *testing.T, text string) {
	t.Helper()
	document := tree.NewMap(
		tree.F("text", text), tree.F("list", []string{text, "b"}), tree.F("long", []string{text, strings.Repeat("x", 120)}),
		tree.F("maps", []*tree.Node{tree.NewMap(tree.F("a", text), tree.F("b", tree.NewMap(tree.F("c", text))))}),
		tree.F("named", tree.NewMap(tree.F("k"+text, "value"))),
	)
	want := map[string]any{
		"text": text, "list": []any{text, "b"}, "long": []any{text, strings.Repeat("x", 120)},
		"maps": []any{map[string]any{"a": text, "b": map[string]any{"c": text}}}, "named": map[string]any{"k" + text: "value"},
	}
	for language, read := range map[string]func([]byte, any) error{"YAML": yamlUnmarshal, "TOML": toml.Unmarshal, "JSON": json.Unmarshal} {
		written := map[string][]byte{"YAML": document.YAML(), "TOML": document.TOML(), "JSON": document.JSON()}[language]
		got := map[string]any{}
		if err := read(written, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\ngot  %q\nwant %q\n%s", language, err, got, want, written)
		}
		if language != "JSON" && strings.Contains(string(written), "{{") {
			t.Errorf("%s has two braces together:\n%s", language, written)
		}
	}
}

func yamlUnmarshal(text []byte, into any) error { return yaml.Unmarshal(text, into) }

// Documents of any form come back from YAML, in order.
func TestDocumentsComeBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		document := tree.NewMap(tree.F("document", grown(random, 4)))
		var got any
		if err := yaml.UnmarshalWithOptions(document.YAML(), &got, yaml.UseOrderedMap()); err != nil {
			t.Fatalf("%v\n%s", err, document.YAML())
		}
		again, err := yaml.MarshalWithOptions(got, yaml.JSON())
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := tree.Parse(again)
		if err != nil || string(parsed.JSON()) != string(document.JSON()) {
			t.Fatalf("%v\n%s\ncame back as\n%s", err, document.YAML(), parsed.JSON())
		}
	}
}

// grown makes a document of some depth.
func grown(random *rand.Rand, depth int) *tree.Node {
	kind := random.IntN(7)
	if depth == 0 {
		kind = random.IntN(5)
	}
	switch kind {
	case 0:
		return tree.New(random.IntN(1000))
	case 1:
		return tree.New(random.IntN(2) == 0)
	case 2:
		return &tree.Node{}
	case 3, 4:
		return tree.New([]string{"text", "two\nlines", "", "30s", "a b"}[random.IntN(5)])
	case 5:
		list := &tree.Node{Kind: tree.List}
		for range random.IntN(4) {
			list.Items = append(list.Items, grown(random, depth-1))
		}
		return list
	}
	fields := tree.NewMap()
	for i := range random.IntN(4) {
		fields.Add("f"+strconv.Itoa(i), grown(random, depth-1))
	}
	return fields
}
