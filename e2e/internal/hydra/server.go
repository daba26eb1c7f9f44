// Package hydra runs Ory Hydra, a real OAuth 2 server, with a database in its memory.
package hydra

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/pinned"
)

// startLimit ends a test that would wait for ever; it measures nothing.
const startLimit = 2 * time.Minute

// Server is a Hydra that runs. It serves clients at one address and administrators, whom
// it does not ask who they are, at another.
type Server struct {
	process       *daemon.Process
	public, admin string
}

// Binary returns the path of a Hydra: the one that the environment variable
// ATTRGATE_HYDRA names, or one built from the go.mod in dir.
func Binary(dir string) (string, error) {
	const module = "github.com/ory/hydra/v2"
	return pinned.Server{
		Name: "hydra", Env: "ATTRGATE_HYDRA", Module: module, Package: module, Dir: dir,
		Flags: []string{"-tags=sqlite,sqlite_omit_load_extension"},
	}.Binary()
}

// Start starts a binary in a folder, with addresses such as "127.0.0.1:4444", and returns
// when it answers.
func Start(binary, dir, public, admin string) (*Server, error) {
	s := &Server{public: "http://" + public, admin: "http://" + admin}
	configuration, err := s.configuration(public, admin)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "hydra.json"), configuration, 0o600); err != nil {
		return nil, err
	}
	// --dev: without TLS
	if s.process, err = daemon.Start("hydra", dir, binary, "serve", "all", "--dev", "--config", "hydra.json"); err != nil {
		return nil, err
	}
	return s, s.process.WaitUntil(s.answers, 10*time.Millisecond, startLimit)
}

func (s *Server) configuration(public, admin string) ([]byte, error) {
	publicHost, publicPort, err := net.SplitHostPort(public)
	if err != nil {
		return nil, err
	}
	adminHost, adminPort, err := net.SplitHostPort(admin)
	if err != nil {
		return nil, err
	}
	return json.Marshal(object{
		"dsn": "memory",
		"serve": object{
			"public": object{"host": publicHost, "port": json.Number(publicPort)},
			"admin":  object{"host": adminHost, "port": json.Number(adminPort)},
		},
		"urls":    object{"self": object{"issuer": s.public}},
		"secrets": object{"system": []string{"made-up-secret-of-the-database"}},
		"ttl":     object{"access_token": "1h"},
		"log":     object{"level": "warn"},
		"sqa":     object{"opt_out": true},
	})
}

func (s *Server) answers() bool {
	response, err := http.Get(s.admin + "/health/ready")
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// Stop ends the server, and with it all that it knew.
func (s *Server) Stop() error { return s.process.Stop() }

// Log returns what the server has written.
func (s *Server) Log() string { return s.process.Log() }

// Issuer is what the server's tokens say in iss.
func (s *Server) Issuer() string { return s.public }

// Admin is the URL of the administration, where tokens are introspected.
func (s *Server) Admin() string { return s.admin }
