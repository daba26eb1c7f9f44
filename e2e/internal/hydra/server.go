// Package hydra runs Ory Hydra, a real OAuth 2 server, with a database in its memory.
package hydra

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/program"
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
	return program.Server{
		Name: "hydra", Env: "ATTRGATE_HYDRA", Module: module, Package: module, Dir: dir,
		Flags: []string{"-tags=sqlite,sqlite_omit_load_extension"},
	}.Binary()
}

// Start starts a binary in a folder, with addresses such as "127.0.0.1:4444", and returns
// when it answers.
func Start(binary, dir, public, admin string) (*Server, error) {
	if err := os.WriteFile(filepath.Join(dir, "hydra.json"), configuration(public, admin), 0o600); err != nil {
		return nil, err
	}
	// --dev: without TLS
	process, err := daemon.Start("hydra", dir, binary, "serve", "all", "--dev", "--config", "hydra.json")
	if err != nil {
		return nil, err
	}
	s := &Server{process: process, public: "http://" + public, admin: "http://" + admin}
	if err := process.WaitUntil(s.answers, 10*time.Millisecond, startLimit); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func configuration(public, admin string) []byte {
	text, _ := json.Marshal(object{ // texts can always be written
		"dsn":     "memory",
		"serve":   object{"public": listener(public), "admin": listener(admin)},
		"urls":    object{"self": object{"issuer": "http://" + public}},
		"secrets": object{"system": []string{"made-up-secret-of-the-database"}},
		"ttl":     object{"access_token": "1h"},
		"log":     object{"level": "warn"},
		"sqa":     object{"opt_out": true},
	})
	return text
}

func listener(address string) object {
	host, port, _ := strings.Cut(address, ":")
	return object{"host": host, "port": json.Number(port)}
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
