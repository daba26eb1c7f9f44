package pages

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/reference"
)

const generated = "<!-- Generated from the source by `make docs`. -->"

const policyIntroduction = `# The policy

` + generated + `

A policy is YAML or JSON for the commands and the gateway, and the same words under ` + "`plugin: attrgate:`" + ` in
Traefik's configuration and as Go structs. The smallest one:

` + "```yaml" + `
issuers:
  - issuer: https://idp.example.com
    audiences: [contact-centre]
` + "```" + `

A field that is left out, empty or zero has its default, which is the safe choice. Durations are texts such as
` + "`30s`, `5m` or `1h30m`" + `. A field that does not exist and a value that makes no sense are problems: ` + "`attrgate check`" + `
lists all of them, and nothing starts. Defaults of fields that an ` + "`api`" + ` sets are those of a route without one.
[attrgate.schema.json](attrgate.schema.json) tells editors the same; the gateway's own section is in
[gateway-config.md](gateway-config.md).
`

const gatewayIntroduction = `# The section gateway

` + generated + `

A policy file may have a section ` + "`gateway`" + `, which says how ` + "`attrgate serve`" + ` takes requests and where it forwards
them; the other doors do not have it. Flags of ` + "`attrgate serve`" + ` count before it. [gateway.md](gateway.md) tells how
the gateway works, and [policy.md](policy.md) has the rest of the file.

` + "```yaml" + `
issuers:
  - issuer: https://idp.example.com
    audiences: [contact-centre]
gateway:
  listen: ["127.0.0.1:8080"]
  upstreams:
    - urls: ["http://127.0.0.1:9000"]
` + "```" + `
`

// Policy writes the reference of the policy's words.
func Policy(file *reference.Section) []byte {
	return words(policyIntroduction, "The file", file, func(path string) bool { return !strings.HasPrefix(path, "gateway") })
}

// Gateway writes the reference of the words of the section "gateway".
func Gateway(file *reference.Section) []byte {
	return words(gatewayIntroduction, "", file, func(path string) bool { return strings.HasPrefix(path, "gateway") })
}

// words writes a part of the sections after an introduction. The outermost section has a
// title of its own.
func words(introduction, title string, file *reference.Section, wanted func(path string) bool) []byte {
	var b strings.Builder
	b.WriteString(introduction)
	if title != "" {
		writeSection(&b, title, "", file, wanted)
	}
	file.Each(func(f *reference.Field) {
		if f.Section != nil && wanted(f.Path) {
			writeSection(&b, "`"+f.Path+"`", goName.ReplaceAllString(f.Section.Doc, "This "), f.Section, wanted)
		}
	})
	return []byte(b.String())
}

func writeSection(b *strings.Builder, title, doc string, section *reference.Section, wanted func(string) bool) {
	fmt.Fprintf(b, "\n## %s\n", title)
	if doc != "" {
		fmt.Fprintf(b, "\n%s\n", doc)
	}
	b.WriteString("\n| Field | Type | Default | |\n|---|---|---|---|\n")
	for _, f := range section.Fields {
		if wanted(f.Path) {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s%s |\n", f.Name, kind(f), code(otherwise(f)), described(f), example(f))
		}
	}
}

// kind says what a value has to be.
func kind(f *reference.Field) string {
	one := map[reference.Kind]string{reference.Number: "whole number", reference.Boolean: "`true` or `false`", reference.Text: "text"}[f.Kind]
	switch {
	case f.Kind == reference.Object:
		one = fmt.Sprintf("[section](#%s)", anchor(f.Path))
	case f.Words != nil:
		one = "`" + strings.Join(f.Words, "`, `") + "`"
	case f.Duration:
		one = "duration"
	case f.URL:
		one = "URL"
	case f.Most > 0:
		one += fmt.Sprintf(", at most %d", f.Most)
	}
	if f.List {
		one = "list: " + one
	}
	return one + need(f)
}

func need(f *reference.Field) string {
	switch {
	case !f.Required:
		return ""
	case f.Or == nil:
		return "; required"
	}
	return "; required, or `" + strings.Join(f.Or, "`, `") + "`"
}

// otherwise is the default. Nothing that is true or false is true without being said, but
// for what the description says.
func otherwise(f *reference.Field) string {
	if f.Kind == reference.Boolean && !strings.Contains(f.Doc, "If left out") {
		return "false"
	}
	return f.Default
}

// goName is the name of a type at the beginning of its comment, where it is no word for people.
var goName = regexp.MustCompile(`^[A-Z][a-z]+[A-Z]\w* `)

// described is the description, in which the field is named first.
func described(f *reference.Field) string {
	if rest, named := strings.CutPrefix(f.Doc, f.Name); named {
		return "`" + f.Name + "`" + prose(rest)
	}
	return prose(f.Doc)
}

func example(f *reference.Field) string {
	if f.Example == "" || f.Example == f.Default || f.Kind == reference.Boolean || f.Words != nil && !f.List {
		return ""
	}
	return " Example: " + code(f.Example)
}

// code is a value in a cell of a table.
func code(value string) string {
	if value == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(value, "|", `\|`) + "`"
}

// prose is text in a cell of a table.
func prose(text string) string {
	return strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`).Replace(text)
}

// anchor is the name that a heading gets from its path.
func anchor(path string) string {
	return strings.ToLower(strings.NewReplacer("[", "", "]", "", ".", "").Replace(path))
}
