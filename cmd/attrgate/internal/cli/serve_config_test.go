package cli_test

import (
	"context"
	"strings"
	"testing"
)

// gatewayFile is a policy with the section that serve needs.
func gatewayFile(backend string) string {
	return staticPolicy() + "gateway:\n  listen: ['127.0.0.1:0']\n  upstreams: [{urls: ['" + backend + "']}]\n"
}

func TestServeNeedsNothingButItsFile(t *testing.T) {
	backend := quiet(t)
	file := policyFile(t, "attrgate.yaml", gatewayFile(backend))
	l := launch(t, "serve", "--config", file)
	announced := l.line(t)
	if !strings.HasSuffix(announced, " and forwards to "+backend) {
		t.Errorf("printed %q", announced)
	}
	if line := update(t, l, strings.Fields(announced)[3]); !strings.Contains(line, "admitted") {
		t.Errorf("printed %q", line)
	}
	rewrite(t, file, strings.Replace(gatewayFile(backend), "127.0.0.1:0", "127.0.0.1:1", 1))
	l.said(t, "attrgate: policy reloaded\nattrgate: gateway.listen has changed: this takes effect at the next start\n")
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}

// TestServeTakesABackendThatChanges replaces the backend in the file while it serves.
func TestServeTakesABackendThatChanges(t *testing.T) {
	file := policyFile(t, "attrgate.yaml", gatewayFile("http://127.0.0.1:1"))
	l := launch(t, "serve", "--config", file)
	gateway := strings.Fields(l.line(t))[3]
	if status, _ := page(t, gateway); status != 502 {
		t.Errorf("status %d", status)
	}
	l.line(t)
	rewrite(t, file, gatewayFile(quiet(t)))
	l.said(t, "attrgate: policy reloaded\n")
	if status, _ := page(t, gateway); status != 200 {
		t.Errorf("status %d", status)
	}
	l.cancel()
	if code := <-l.code; code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestServeTakesFlagsOverVariablesOverTheFile(t *testing.T) {
	inFile, inVariable, inFlag := quiet(t), quiet(t), quiet(t)
	file := policyFile(t, "attrgate.yaml", gatewayFile(inFile))
	t.Setenv("ATTRGATE_UPSTREAM", "custom-info=http://127.0.0.1:9  "+inVariable)
	t.Setenv("ATTRGATE_LOG", "json")
	t.Setenv("ATTRGATE_ADMIN", "")
	l := launch(t, "serve", "--config", file)
	if line := l.line(t); !strings.Contains(line, `"upstream":"custom-info=http://127.0.0.1:9, `+inVariable+`"`) {
		t.Errorf("printed %q", line)
	}
	l.stop(t)
	l = launch(t, "serve", "--config", file, "--upstream", inFlag, "--log", "text")
	if line := l.line(t); !strings.HasSuffix(line, " and forwards to "+inFlag) {
		t.Errorf("printed %q", line)
	}
	l.stop(t)
	t.Setenv("ATTRGATE_DRAIN_DELAY", "soon")
	code, _, stderr := run(t.Context(), "serve", "--config", file)
	if code != 2 || !strings.HasPrefix(stderr, `attrgate: ATTRGATE_DRAIN_DELAY: invalid argument "soon" for "--drain-delay" flag: must be a duration such as 10s`) {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}

func TestServeReadsItsFileFromStdin(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	end()
	code, _, stderr := runWith(ctx, gatewayFile("http://127.0.0.1:1"), "serve", "--config", "-")
	if code != 0 || stderr != "" {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
	code, _, stderr = runWith(ctx, "gateway: {listen: 7}", "serve", "--config", "-", "--upstream", "http://x")
	if code != 1 || !strings.HasPrefix(stderr, "<stdin>:1:1: ") || !strings.Contains(stderr, "\n<stdin>:1:11: gateway.listen: must be a list, not the number 7\n") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}
