// Package tlsfile serves TLS with certificates from files, which may be replaced while
// connections are served.
package tlsfile

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
)

// Files are the names of PEM files.
type Files struct {
	// Certificate holds the certificate and those between it and the root; Key its key.
	Certificate, Key string

	// ClientCA holds the certificates of the authorities for client certificates. If empty,
	// clients are not asked for one. Otherwise they may send one, and what they send must be
	// good; whether it is needed is for the policy to say.
	ClientCA string
}

// Names returns the names that are given.
func (f Files) Names() []string {
	return given(f.Certificate, f.Key, f.ClientCA)
}

// Source is what was last read from Files. It is safe for concurrent use.
type Source struct {
	files   Files
	current atomic.Pointer[tls.Config]
}

// New reads the files.
func New(files Files) (*Source, error) {
	s := &Source{files: files}
	return s, s.Reload()
}

// Reload reads the files anew. If something is wrong with them, what was read before stays.
func (s *Source) Reload() error {
	certificate, err := readPair(s.files.Certificate, s.files.Key)
	if err != nil {
		return err
	}
	config := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{certificate},
		NextProtos:   []string{"h2", "http/1.1"},
	}
	if s.files.ClientCA != "" {
		if config.ClientCAs, err = readPool(s.files.ClientCA); err != nil {
			return fmt.Errorf("reading the client CA: %w", err)
		}
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	s.current.Store(config)
	return nil
}

// readPair reads a certificate and its key. What is wrong with their texts says nothing of
// the files, unlike what keeps them from being read.
func readPair(certificate, key string) (tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if unread := (*fs.PathError)(nil); err != nil && !errors.As(err, &unread) {
		err = fmt.Errorf("%s with %s: %w", certificate, key, err)
	}
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading the certificate: %w", err)
	}
	return pair, nil
}

func readPool(name string) (*x509.CertPool, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New(name + " holds no certificate in PEM")
	}
	return pool, nil
}

// Config returns a configuration whose handshakes use what was last read.
func (s *Source) Config() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"h2", "http/1.1"},
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return s.current.Load(), nil },
	}
}
