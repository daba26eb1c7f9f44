package policytest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/policytest"
)

func TestLoadInheritsPolicy(t *testing.T) {
	root := write(t, t.TempDir(), files{"policy.json": `{"of":"root"}`})
	inherits := refusedCase().with("policy.json", "")
	write(t, filepath.Join(root, "b"), inherits)
	write(t, filepath.Join(root, "a"), files{"policy.json": `{"of":"a"}`, "README.md": "not looked at"})
	write(t, filepath.Join(root, "a", "deep", "er"), inherits)
	write(t, filepath.Join(root, "c"), refusedCase().with("policy.json", `{"of":"c"}`))
	cases, err := policytest.Load(root + "/./")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cases {
		got = append(got, c.Name+string(c.Policy))
	}
	if want := `a/deep/er{"of":"a"} b{"of":"root"} c{"of":"c"}`; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

func TestLoadTakesPoliciesInYAML(t *testing.T) {
	root := write(t, t.TempDir(), files{"policy.yaml": "issuers: []"})
	write(t, filepath.Join(root, "a"), refusedCase().with("policy.json", ""))
	write(t, filepath.Join(root, "b"), refusedCase())
	cases, err := policytest.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"policy.yaml", filepath.Join("b", "policy.json")} {
		if got := cases[i].PolicyFile; got != filepath.Join(root, want) {
			t.Errorf("%s: got %s, want %s", cases[i].Name, got, want)
		}
	}
	if got := string(cases[0].Policy); got != "issuers: []" {
		t.Errorf("got %q", got)
	}
}

func TestLoadProblems(t *testing.T) {
	tests := map[string]struct {
		files files
		want  string
	}{
		"no case at all":      {files{}, "no case in"},
		"no policy":           {refusedCase().with("policy.json", ""), "no policy.json"},
		"policy is no JSON":   {refusedCase().with("policy.json", "issuers:"), "policy.json"},
		"misspelt file":       {refusedCase().with("forwared.http", answer418), "forwared.http: not a file of a case"},
		"two policies":        {refusedCase().with("policy.yaml", "issuers: []"), "exclude each other"},
		"misspelt policy":     {refusedCase().with("policy.yml", "issuers: []"), "policy.yml: not a file of a case"},
		"half a case":         {refusedCase().with("request.http", ""), "refused.http without a request.http"},
		"both expectations":   {refusedCase().with("forwarded.http", put), "exclude each other"},
		"empty request":       {refusedCase().with("request.http", "\n"), "starts with a request line"},
		"decision is no JSON": {refusedCase().with("decision.json", "{"), "decision.json"},
		"doors is no list":    {refusedCase().with("doors.json", `["traefik"]`), "doors.json"},
	}
	for name, test := range tests {
		test := test
		t.Run(name, func(t *testing.T) {
			_, err := policytest.Load(write(t, t.TempDir(), test.files))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}
