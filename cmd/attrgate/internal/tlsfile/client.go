package tlsfile

import (
	"crypto/tls"
	"fmt"
	"slices"
)

// ClientFiles are the names of PEM files for connections to a server.
type ClientFiles struct {
	// CA holds the certificates of the authorities that are believed. If empty, those of
	// the system are.
	CA string

	// Certificate and Key are shown to the server. If empty, nothing is.
	Certificate, Key string
}

// Names returns the names that are given.
func (f ClientFiles) Names() []string {
	return given(f.CA, f.Certificate, f.Key)
}

// Load reads the files.
func (f ClientFiles) Load() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if f.CA != "" {
		pool, err := readPool(f.CA)
		if err != nil {
			return nil, fmt.Errorf("reading the CA: %w", err)
		}
		config.RootCAs = pool
	}
	if f.Certificate != "" {
		certificate, err := readPair(f.Certificate, f.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}

// given leaves out the empty ones.
func given(names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}
