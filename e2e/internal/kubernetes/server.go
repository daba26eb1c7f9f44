package kubernetes

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/daemon"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// startLimit keeps a start from waiting for ever.
const startLimit = 2 * time.Minute

// Cluster is a running API server.
type Cluster struct {
	// URL is where it listens.
	URL string
	// CA is the file of the certificate that it shows.
	CA string

	programs  Programs
	dir       string
	etcd, api *daemon.Process
}

// Start starts etcd and an API server in a folder, and waits until they are ready.
func Start(programs Programs, dir string) (*Cluster, error) {
	c := &Cluster{programs: programs, dir: dir}
	if err := c.start(); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) start() error {
	if err := c.writeFiles(); err != nil {
		return err
	}
	var addresses []string
	for range 3 {
		address, err := traefik.FreeAddress()
		if err != nil {
			return err
		}
		addresses = append(addresses, address)
	}
	var err error
	if c.etcd, err = startEtcd(c.programs.Etcd, c.dir, "http://"+addresses[0], "http://"+addresses[1]); err != nil {
		return err
	}
	if c.api, err = c.startAPI("http://"+addresses[0], addresses[2]); err != nil {
		return err
	}
	ready := func() bool {
		_, err := c.Kubectl("", "get", "--raw", "/readyz")
		return err == nil
	}
	return c.api.WaitUntil(ready, 100*time.Millisecond, startLimit)
}

// admin is the token of a user who may do everything.
const admin = "made-up-token-of-the-administrator"

// writeFiles writes what the API server reads.
func (c *Cluster) writeFiles() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	signer := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	return errors.Join(
		os.WriteFile(filepath.Join(c.dir, "signer.pem"), signer, 0o600),
		os.WriteFile(filepath.Join(c.dir, "tokens.csv"), []byte(admin+",admin,admin,system:masters\n"), 0o600),
	)
}

func startEtcd(binary, dir, client, peer string) (*daemon.Process, error) {
	return daemon.Start("etcd", dir, binary, "--data-dir=etcd", "--unsafe-no-fsync",
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer)
}

// startAPI starts the API server with permissions by role. Pods need no service account:
// nobody is here who makes one for each namespace.
func (c *Cluster) startAPI(etcd, address string) (*daemon.Process, error) {
	host, port, _ := strings.Cut(address, ":")
	c.URL, c.CA = "https://"+address, filepath.Join(c.dir, "certificates", "apiserver.crt")
	return daemon.Start("kube-apiserver", c.dir, c.programs.APIServer, "--etcd-servers="+etcd,
		"--bind-address="+host, "--secure-port="+port, "--cert-dir=certificates", "--endpoint-reconciler-type=none",
		"--authorization-mode=RBAC", "--token-auth-file=tokens.csv", "--disable-admission-plugins=ServiceAccount",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=signer.pem", "--service-account-signing-key-file=signer.pem")
}

// Kubectl runs kubectl as an administrator and returns what it prints. What it complains of
// is the error.
func (c *Cluster) Kubectl(stdin string, args ...string) (string, error) {
	asked := append([]string{"--server=" + c.URL, "--certificate-authority=" + c.CA, "--token=" + admin, "--cache-dir=" + c.dir}, args...)
	return c.run(stdin, c.programs.Kubectl, asked)
}

// Helm runs Helm as an administrator and returns what it prints. What it complains of is the
// error.
func (c *Cluster) Helm(args ...string) (string, error) {
	asked := append([]string{"--kube-apiserver=" + c.URL, "--kube-ca-file=" + c.CA, "--kube-token=" + admin}, args...)
	return c.run("", c.programs.Helm, asked)
}

func (c *Cluster) run(stdin, binary string, args []string) (string, error) {
	command := exec.Command(binary, args...)
	command.Env = append(os.Environ(), "HOME="+c.dir, "KUBECONFIG="+filepath.Join(c.dir, "none"))
	command.Stdin = strings.NewReader(stdin)
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(output), fmt.Errorf("%s: %w\n%s", filepath.Base(binary), err, exit.Stderr)
	}
	return string(output), err
}

// Stop ends the servers.
func (c *Cluster) Stop() error {
	var err error
	for _, process := range []*daemon.Process{c.api, c.etcd} {
		if process != nil {
			err = errors.Join(err, process.Stop())
		}
	}
	return err
}
