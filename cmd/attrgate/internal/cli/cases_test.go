package cli

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policytest"
)

// TestCases runs the project's cases through the standalone gateway as serve builds it:
// the policy from a file, the reverse proxy behind it.
func TestCases(t *testing.T) {
	open := func(s policytest.Setup) (http.Handler, error) {
		backend := httptest.NewServer(s.Backend)
		t.Cleanup(backend.Close)
		name := filepath.Join(t.TempDir(), "policy.json")
		if err := os.WriteFile(name, s.Policy, 0o600); err != nil {
			return nil, err
		}
		decisions := &decisionLog{out: io.Discard, format: jsonDecisions}
		proxy, err := gateway.NewProxy(backend.URL, log.New(io.Discard, "", 0))
		if err != nil {
			return nil, err
		}
		t.Cleanup(proxy.Close)
		source := reload.Source{File: name, Options: middleware.Options{OnDecision: decisions.record}}
		return reload.New(source, proxy)
	}
	policytest.Runner{Open: open, Door: "gateway", Blind: true}.Test(t, "../../../../testdata/cases")
}
