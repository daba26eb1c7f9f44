package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/command"
	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/glewlwyd"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// startLimit keeps a start that fails from being waited for for ever; it measures nothing.
const startLimit = time.Minute

// keysFreshFor is after how long the gateway asks for keys again.
const keysFreshFor = 2 * time.Second

// The scopes of the two built-in routes.
const (
	salesIQ    = "SalesIQ.conversations.UPDATE"
	expertFlow = "channel-session:update"
)

// crm is the client that calls the APIs.
var crm = glewlwyd.Client{ID: "crm", Secret: "made-up-secret-of-crm", Scopes: []string{salesIQ, expertFlow, "other"}}

// stage is everything that takes part: an authorization server, two backends that stand for
// one service, a Redis, and the gateway.
type stage struct {
	dir, binary           string
	issuer                *glewlwyd.Server
	keys                  []glewlwyd.Key
	backends              []*backend
	redis                 *daemon.Process
	gateway               *daemon.Process
	address, admin, store string
	changes               map[string]int
	ended                 bool

	mu     sync.Mutex
	tokens tokens
}

// tokens are those that callers have at the moment.
type tokens struct {
	good, other string
}

// backend is a sandbox that can be killed and started again at the same address.
type backend struct {
	name, address string
	process       *daemon.Process
}

// newStage starts everything, from the repository at root, in a folder.
func newStage(root, dir string) (s *stage, err error) {
	s = &stage{dir: dir, binary: filepath.Join(dir, "attrgate"), changes: map[string]int{}}
	if err := command.Build(root, s.binary); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	for _, step := range []func() error{s.startIssuer, s.startBackends, s.startRedis, s.startGateway, s.renewTokens} {
		if err := step(); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *stage) startIssuer() error {
	address, err := traefik.FreeAddress()
	if err != nil {
		return err
	}
	key, err := glewlwyd.NewKey("key-0", "ES256")
	if err != nil {
		return err
	}
	s.keys = []glewlwyd.Key{key}
	if s.issuer, err = glewlwyd.New(s.dir, address); err != nil {
		return err
	}
	if err := s.issuer.Start(); err != nil {
		return err
	}
	return s.issuer.Configure(s.keys, crm)
}

func (s *stage) startBackends() error {
	for _, name := range []string{"backend-a", "backend-b"} {
		address, err := traefik.FreeAddress()
		if err != nil {
			return err
		}
		b := &backend{name: name, address: address}
		s.backends = append(s.backends, b)
		if err := b.start(s); err != nil {
			return err
		}
	}
	return nil
}

func (b *backend) start(s *stage) (err error) {
	b.process, err = daemon.Start(b.name, s.dir, s.binary, "sandbox", "--listen", b.address)
	if err != nil {
		return err
	}
	return b.process.WaitUntil(answers("http://"+b.address), 10*time.Millisecond, startLimit)
}

// kill ends the backend at once, as a crash does, and starts it again.
func (b *backend) kill(s *stage) error {
	if err := syscall.Kill(b.process.PID(), syscall.SIGKILL); err != nil {
		return err
	}
	time.Sleep(time.Second) // for a while it is not there
	return errors.Join(b.process.Stop(), b.start(s))
}

// restart ends the backend as an update does, and starts it again.
func (b *backend) restart(s *stage) error {
	return errors.Join(b.process.Stop(), b.start(s))
}

func (s *stage) startRedis() (err error) {
	if s.store == "" {
		if s.store, err = traefik.FreeAddress(); err != nil {
			return err
		}
	}
	_, port, _ := strings.Cut(s.store, ":")
	s.redis, err = daemon.Start("redis", s.dir, "redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "")
	if err != nil {
		return err
	}
	return s.redis.WaitUntil(accepts(s.store), 10*time.Millisecond, startLimit)
}

// killRedis takes Redis away for a second, with all that it knows.
func (s *stage) killRedis(int) error {
	if err := syscall.Kill(s.redis.PID(), syscall.SIGKILL); err != nil {
		return err
	}
	time.Sleep(time.Second)
	return errors.Join(s.redis.Stop(), s.startRedis())
}

func accepts(address string) func() bool {
	return func() bool {
		connection, err := net.Dial("tcp", address)
		return err == nil && connection.Close() == nil
	}
}

func (s *stage) startGateway() (err error) {
	if s.address, err = traefik.FreeAddress(); err != nil {
		return err
	}
	if s.admin, err = traefik.FreeAddress(); err != nil {
		return err
	}
	if err := s.writeConfig(0); err != nil {
		return err
	}
	s.gateway, err = daemon.Start("gateway", s.dir, s.binary, "serve", "--config", s.config())
	if err != nil {
		return err
	}
	return s.gateway.WaitUntil(answers("http://"+s.admin+"/readyz"), 10*time.Millisecond, startLimit)
}

func answers(url string) func() bool {
	return func() bool {
		reply, err := http.Get(url)
		if err != nil {
			return false
		}
		return reply.Body.Close() == nil
	}
}

// audited counts the lines of the audit file, after the gateway has ended.
func (s *stage) audited() (lines int, err error) {
	file, err := os.Open(s.audit())
	if err != nil {
		return 0, err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		lines++
	}
	return lines, scanner.Err()
}

func (s *stage) audit() string { return filepath.Join(s.dir, "audit.jsonl") }

func (s *stage) config() string { return filepath.Join(s.dir, "attrgate.yaml") }

// writeConfig replaces the gateway's file. Every version means the same to the callers and
// is otherwise a new one: routes, rules and backends are all built anew.
func (s *stage) writeConfig(version int) error {
	text := fmt.Sprintf(`
gateway:
  listen: ['%s']
  admin: {listen: '%s'}
  upstreams:
    - urls: ['http://%s', 'http://%s']
      health: {path: /api/v2/z/conversations/1, interval: 500ms}
  log: {decisions: none, audit: {file: '%s', maxMegabytes: 100000}}
  redis: {addresses: ['%s']}
  rateLimits: [{requests: 100000}]
issuers:
  - issuer: %s
    audiences: [%s]
    keysFreshFor: %s
    keysFloor: 1s
routes:
  - api: salesiq-custom-info
    attributes: [{name: Model, type: String50}, {name: unused-%d, type: Email}]
  - api: expertflow-channel-session
`, s.address, s.admin, s.backends[version%2].address, s.backends[1-version%2].address, s.audit(), s.store, s.issuer.Issuer(), glewlwyd.Resource, keysFreshFor, version)
	if err := os.WriteFile(s.config()+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(s.config()+".new", s.config())
}

// renewTokens gets new ones for all callers.
func (s *stage) renewTokens() error {
	good, err := s.issuer.Token(crm, salesIQ, expertFlow)
	if err != nil {
		return err
	}
	other, err := s.issuer.Token(crm, "other")
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = tokens{good: good, other: other}
	return nil
}

func (s *stage) currentTokens() tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// end ends the gateway, which answers what it has begun.
func (s *stage) end() error {
	s.ended = true
	return s.gateway.Stop()
}

// stop ends all processes.
func (s *stage) stop() error {
	var failed []error
	for _, b := range s.backends {
		if b.process != nil {
			failed = append(failed, b.process.Stop())
		}
	}
	if s.redis != nil {
		failed = append(failed, s.redis.Stop())
	}
	if s.gateway != nil && !s.ended {
		failed = append(failed, s.end())
	}
	if s.issuer != nil {
		failed = append(failed, s.issuer.Stop())
	}
	return errors.Join(failed...)
}

// conclude adds the last of the gateway's log to what went wrong.
func (s *stage) conclude(problems []error) error {
	err := errors.Join(problems...)
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(s.gateway.Log()), "\n")
	return fmt.Errorf("%w\nthe end of the gateway's log:\n%s", err, strings.Join(lines[max(0, len(lines)-20):], "\n"))
}
