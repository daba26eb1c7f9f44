package cluster

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/command"
	"github.com/attrgate/attrgate/e2e/internal/kubernetes"
	"github.com/attrgate/attrgate/e2e/internal/program"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

const (
	root = "../.." // the repository

	// startLimit and poll keep a test from waiting for ever; they measure nothing.
	startLimit = 2 * time.Minute
	poll       = 50 * time.Millisecond
)

var (
	shared   *kubernetes.Cluster // nil: its programs are not there, or -short
	attrgate string              // the command
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	programs, err := kubernetes.Built()
	if testing.Short() || errors.Is(err, fs.ErrNotExist) {
		return m.Run()
	}
	dir, tempErr := os.MkdirTemp("", "attrgate-cluster-")
	if err := errors.Join(err, tempErr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	attrgate = filepath.Join(dir, "attrgate")
	if err := command.Build(root, attrgate); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if shared, err = kubernetes.Start(programs, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := shared.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// started returns the cluster that all tests share, each with namespaces of its own.
func started(t *testing.T) *kubernetes.Cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starts an API server")
	}
	if shared == nil {
		t.Skip("needs etcd, kube-apiserver, kubectl and Helm: `make cluster` builds them")
	}
	return shared
}

// kubectl runs kubectl, which must be content, and returns what it prints.
func kubectl(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	output, err := started(t).Kubectl(stdin, args...)
	must(t, err)
	return output
}

// apply sends manifests to the server, which drops no field without a word.
func apply(t *testing.T, manifests string) {
	t.Helper()
	kubectl(t, manifests, "apply", "--server-side", "--validate=strict", "-f", "-")
}

// definitions installs custom resources from the source of a module of this go.mod, and waits
// until the server knows them.
func definitions(t *testing.T, module, files string) {
	t.Helper()
	names, err := filepath.Glob(source(t, module, files))
	must(t, err)
	args := []string{"apply", "--server-side"}
	for _, name := range names {
		args = append(args, "-f", name)
	}
	kubectl(t, "", args...)
	kubectl(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=1m")
}

// source is the path of a file in the source of a module of this go.mod.
func source(t *testing.T, module, file string) string {
	t.Helper()
	dir, err := program.Source(module)
	must(t, err)
	return filepath.Join(dir, file)
}

// backend makes a Service whose endpoint is a server of this test, which the gate's requests
// reach if they get through. The API server takes no loopback address for an endpoint.
func backend(t *testing.T, namespace, name string, handler http.Handler) {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(ownAddress(t), "0"))
	must(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
	server.Start()
	t.Cleanup(server.Close)
	host, port, err := net.SplitHostPort(listener.Addr().String())
	must(t, err)
	apply(t, strings.NewReplacer("NAMESPACE", namespace, "NAME", name, "HOST", host, "PORT", port).Replace(`
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: NAMESPACE}
spec:
  ports: [{name: http, port: 8080, targetPort: PORT}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: NAME-1
  namespace: NAMESPACE
  labels: {kubernetes.io/service-name: NAME}
addressType: IPv4
ports: [{name: http, port: PORT, protocol: TCP}]
endpoints: [{addresses: [HOST], conditions: {ready: true}}]
`))
}

// ownAddress is an address of this machine that is not loopback.
func ownAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	must(t, err)
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			return network.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := traefik.FreeAddress()
	must(t, err)
	return address
}

// example reads one of the manifests that the project shows.
func example(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "examples/kubernetes", name))
	must(t, err)
	return string(bytes.TrimSpace(content)) + "\n---\n"
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
