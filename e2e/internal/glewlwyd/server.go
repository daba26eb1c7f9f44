// Package glewlwyd runs a real OAuth 2 server, the one that Debian has under this name,
// with its own database and keys in a folder of the test.
package glewlwyd

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/daemon"
)

// schema is what Debian's package creates its own database from.
const schema = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"

// startLimit ends a test that would wait for ever; it measures nothing.
const startLimit = time.Minute

// Server is a glewlwyd with one issuer.
type Server struct {
	dir     string
	address string
	process *daemon.Process
	admin   *http.Client
}

// New makes a server in a folder, for an address such as "127.0.0.1:4593". It does not run
// yet.
func New(dir, address string) (*Server, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, address: address, admin: &http.Client{Jar: jar}}
	if err := s.createDatabase(); err != nil {
		return nil, err
	}
	return s, os.WriteFile(filepath.Join(dir, "glewlwyd.conf"), []byte(s.configuration()), 0o600)
}

func (s *Server) createDatabase() error {
	tables, err := os.ReadFile(schema)
	if err != nil {
		return fmt.Errorf("%w: install Debian's packages glewlwyd and sqlite3", err)
	}
	command := exec.Command("sqlite3", filepath.Join(s.dir, "glewlwyd.db"))
	command.Stdin = bytes.NewReader(tables)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("sqlite3: %w\n%s", err, output)
	}
	return nil
}

func (s *Server) configuration() string {
	_, port, _ := strings.Cut(s.address, ":")
	return fmt.Sprintf(`port=%s
bind_address="127.0.0.1"
external_url="http://%s"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="INFO"
session_key="session"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
database = { type = "sqlite3" path = "glewlwyd.db" }
`, port, s.address)
}

// Start starts the server, for the first time or again, and returns when it answers.
func (s *Server) Start() error {
	binary, err := exec.LookPath("glewlwyd")
	if err != nil {
		return fmt.Errorf("%w: install Debian's package of that name", err)
	}
	if s.process, err = daemon.Start("glewlwyd", s.dir, binary, "--config-file=glewlwyd.conf"); err != nil {
		return err
	}
	return s.process.WaitUntil(s.answers, 10*time.Millisecond, startLimit)
}

func (s *Server) answers() bool {
	response, err := http.Get("http://" + s.address + "/api/")
	if err != nil {
		return false
	}
	return response.Body.Close() == nil
}

// Stop ends the server; its database stays.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	running := s.process
	s.process = nil
	return running.Stop()
}

// Log returns what the server has written in all its runs.
func (s *Server) Log() string {
	content, err := os.ReadFile(filepath.Join(s.dir, "glewlwyd.log"))
	return string(content) + errorText(err)
}

func errorText(err error) string {
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return ""
	}
	return err.Error()
}

// Issuer is what the server's tokens say in iss.
func (s *Server) Issuer() string { return "http://" + s.address + "/api/oidc" }
