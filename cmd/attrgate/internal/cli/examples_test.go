package cli_test

import (
	"os"
	"regexp"
	"testing"
)

// TestTheFormsInTraefiksExampleAreRead takes the configurations out of the README and reads them.
func TestTheFormsInTraefiksExampleAreRead(t *testing.T) {
	text, err := os.ReadFile("../../../../examples/traefik/README.md")
	if err != nil {
		t.Fatal(err)
	}
	const want = "issuers:\n  - issuer: https://idp.example.com\n    audiences: [contact-centre]\n"
	forms := map[string]string{"toml\n[[": "traefik-toml", "yaml\nse": "docker-labels", "yaml\nap": "kubernetes"}
	for _, block := range regexp.MustCompile("(?s)\n```((?:yaml|toml)\n.*?)```").FindAllStringSubmatch(string(text), -1) {
		form := forms[block[1][:7]]
		code, stdout, stderr := runWith(t.Context(), block[1][5:], "convert", "-", "--from", form, "--to", "policy")
		if code != 0 || stdout != want || stderr != "" {
			t.Errorf("%s: code %d, stdout %q, stderr %q", form, code, stdout, stderr)
		}
		delete(forms, block[1][:7])
	}
	if len(forms) > 0 {
		t.Errorf("missing: %v", forms)
	}
}
