package redisstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// connectTimeout is for a new connection, which requests do not wait for.
const connectTimeout = 2 * time.Second

// poolSize is how many operations may be under way. Each takes a connection, and none should
// wait for another's.
const poolSize = 128

// optionsOf makes a client that does not try again: there is no time, and what is asked can
// be done without.
func optionsOf(c config.Redis) (*redis.UniversalOptions, error) {
	security, err := security(c)
	if err != nil {
		return nil, err
	}
	timeout := config.Duration(c.Timeout, defaultTimeout)
	return &redis.UniversalOptions{
		Addrs:      c.Addresses,
		MasterName: c.Sentinel,
		DB:         c.Database,
		TLSConfig:  security,
		CredentialsProviderContext: func(context.Context) (string, string, error) {
			password, err := password(c)
			return c.Username, password, err
		},
		MaxRetries: -1, DialerRetries: 1,
		DialTimeout: connectTimeout, ReadTimeout: timeout, WriteTimeout: timeout, PoolTimeout: timeout,
		ContextTimeoutEnabled:    true,
		PoolSize:                 poolSize,
		MinIdleConns:             2, // opened in the background
		ReadBufferSize:           4 << 10,
		WriteBufferSize:          4 << 10,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}, nil
}

// password is read for every connection, so that it may change.
func password(c config.Redis) (string, error) {
	if c.PasswordEnv != "" {
		text := os.Getenv(c.PasswordEnv)
		if text == "" {
			return "", fmt.Errorf("the environment variable %s is not set", c.PasswordEnv)
		}
		return text, nil
	}
	if c.PasswordFile != "" {
		text, err := os.ReadFile(c.PasswordFile)
		if err == nil && strings.TrimSpace(string(text)) == "" {
			err = errors.New(c.PasswordFile + " is empty")
		}
		return strings.TrimSpace(string(text)), err
	}
	return c.Password, nil
}

// security is nil for connections without TLS.
func security(c config.Redis) (*tls.Config, error) {
	if !c.TLS {
		return nil, nil
	}
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile != "" {
		text, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("reading gateway.redis.caFile: %w", err)
		}
		security.RootCAs = x509.NewCertPool()
		if !security.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("gateway.redis.caFile: %s holds no certificate", c.CAFile)
		}
	}
	return security, nil
}
