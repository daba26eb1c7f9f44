package scaffold

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"text/template"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/tree"
)

//go:embed template
var templates embed.FS

// token is the access token of the cases. Nobody accepts it but their own policy.
const token = "example-token"

// File is a file to write, and where, with forward slashes.
type File struct {
	Name    string
	Content []byte
}

// Files returns the files of a plan, without what its cases expect: that is for the gate to
// say. Nor is the configuration of Traefik's middleware among them, which is made of the
// policy.
func (p Plan) Files() ([]File, error) {
	view := p.view()
	policy, err := render("policy.yaml", view)
	if err != nil {
		return nil, err
	}
	cases, err := render("cases.json", view)
	if err != nil {
		return nil, err
	}
	files := []File{{p.PolicyFile(), policy}, {"cases/policy.json", cases}}
	if p.For == Traefik {
		for _, f := range []struct{ name, template string }{{"traefik.yml", "traefik.yml"}, {"dynamic/routers.yaml", "routers.yaml"}} {
			content, err := render(f.template, view)
			if err != nil {
				return nil, err
			}
			files = append(files, File{f.name, content})
		}
	}
	return append(files, p.requests()...), nil
}

// view is what the templates see.
type view struct {
	Plan
	SalesIQ, ExpertFlow, Gateway bool
	TokenDigest                  string
}

func (p Plan) view() view {
	digest := sha256.Sum256([]byte(token))
	return view{
		Plan: p, SalesIQ: p.API != ExpertFlow, ExpertFlow: p.API != SalesIQ, Gateway: p.For == Gateway,
		TokenDigest: hex.EncodeToString(digest[:]),
	}
}

func render(name string, v view) ([]byte, error) {
	parsed, err := template.New(name).Funcs(template.FuncMap{"yaml": scalar, "inBrackets": tree.YAMLText}).ParseFS(templates, "template/"+name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, v)
	return out.Bytes(), err
}

// scalar writes a text as a value of YAML.
func scalar(text string) string { return strings.TrimSpace(string(tree.NewText(text).YAML())) }

// requests are those of the cases: for each API one that is admitted and one that is refused.
func (p Plan) requests() []File {
	long := strings.Repeat("x", 51)
	var files []File
	add := func(name, path, body string) {
		head := "PUT " + path + " HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer " + token + "\nContent-Type: application/json\n\n"
		files = append(files, File{"cases/" + name + "/request.http", []byte(head + body)})
	}
	if p.API != ExpertFlow {
		const path = "/api/v2/example/conversations/4000000012345678901"
		add("salesiq-model-is-admitted", path, `{"customer_info":{"%visitor.custominfo.Model%":"Class X9"}}`)
		add("salesiq-long-model-is-refused", path, `{"customer_info":{"Model":"`+long+`"}}`)
	}
	if p.API != SalesIQ {
		const path = "/forms/64e2f08a6155b317cd3f88fd"
		add("expertflow-city-is-admitted", path, `[{"key":"city","type":"String50","value":"Sydney"}]`)
		add("expertflow-long-city-is-refused", path, `[{"key":"city","type":"String50","value":"`+long+`"}]`)
	}
	return files
}
