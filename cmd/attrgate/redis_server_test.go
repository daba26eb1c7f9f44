package main_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisServer is a real one on a port of its own, which keeps nothing on disk.
type redisServer struct {
	address string
	options []string
	process *exec.Cmd
	client  *redis.Client
}

// startRedis starts one with more options. Where there is no redis-server, tests are
// skipped, but not in CI.
func startRedis(t *testing.T, options ...string) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil && os.Getenv("CI") == "" {
		t.Skip("there is no redis-server")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	r := &redisServer{address: address, client: redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1})}
	_, port, _ := net.SplitHostPort(address)
	r.options = append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir()}, options...)
	r.start(t)
	t.Cleanup(func() { r.kill(); _ = r.client.Close() })
	return r
}

func (r *redisServer) start(t *testing.T) {
	t.Helper()
	r.process = exec.Command("redis-server", r.options...)
	if err := r.process.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "redis listens", func() bool {
		c, err := net.DialTimeout("tcp", r.address, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (r *redisServer) kill() {
	_ = r.process.Process.Kill()
	_ = r.process.Wait()
}

// pause stops it without closing anything, as an overloaded machine does.
func (r *redisServer) pause()  { _ = r.process.Process.Signal(syscall.SIGSTOP) }
func (r *redisServer) resume() { _ = r.process.Process.Signal(syscall.SIGCONT) }

// line is the section that leads to it. Machines that run tests are slow.
func (r *redisServer) line() string {
	return "redis: {addresses: ['" + r.address + "'], timeout: 500ms}"
}

// content returns all keys with their values.
func (r *redisServer) content(t *testing.T) map[string]string {
	t.Helper()
	ctx := context.Background()
	keys, err := r.client.Keys(ctx, "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, key := range keys {
		all[key] = r.client.Get(ctx, key).Val()
	}
	return all
}

// results are the keys of the results of introspection.
func (r *redisServer) results(t *testing.T) (keys []string) {
	t.Helper()
	for key := range r.content(t) {
		if strings.HasPrefix(key, "attrgate:result:") {
			keys = append(keys, key)
		}
	}
	return keys
}
