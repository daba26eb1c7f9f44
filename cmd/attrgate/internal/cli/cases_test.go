package cli

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/audit"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/exchange"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/gateway"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/policyfile"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/reload"
	"github.com/attrgate/attrgate/cmd/attrgate/internal/upstream"
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
		gate, err := reload.New(reload.Source{
			Read: func() (*policyfile.File, error) { return policyfile.Read(name) },
			Build: func(file *policyfile.File) (reload.Parts, error) {
				upstreams, err := gateway.NewUpstreams(config.Gateway{Upstreams: []config.Upstream{{URLs: []string{backend.URL}}}}, nil,
					upstream.Options{ErrorLog: log.New(io.Discard, "", 0)})
				if err != nil {
					return reload.Parts{}, err
				}
				t.Cleanup(upstreams.Close)
				next := upstreams.Handler(func(*http.Request) string { return "" })
				return reload.Parts{Options: middleware.Options{OnDecision: exchange.Decided("")}, Next: next}, nil
			},
		})
		return &exchange.Handler{Next: gate, Began: func() {}, Ended: audit.New(io.Discard).Ended}, err
	}
	policytest.Runner{Open: open, Door: "gateway", Blind: true}.Test(t, "../../../../testdata/cases")
}
