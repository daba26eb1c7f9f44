package config

import (
	"reflect"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Redis is a store that several gateways share: the results of introspection, the DPoP
// proofs that were seen (RFC 9449, section 11.1) and the rate limits. It holds digests,
// times and sealed results, never a token. While it is away, rate limits are each gateway's
// own, DPoP proofs are refused (503), and nothing else changes.
type Redis struct {
	// Addresses is one address, such as "127.0.0.1:6379", or those of a cluster, or with
	// Sentinel those of the sentinels. If empty, there is no Redis.
	Addresses []string `json:"addresses,omitempty"`

	// Sentinel is the name of the master that sentinels are asked for. If empty, Addresses
	// are Redis itself.
	Sentinel string `json:"sentinel,omitempty"`

	// Database is the number of the database; a cluster has only 0.
	Database int `json:"database,omitempty"`

	// Username is for Redis' access control; sentinels are asked without. If empty, "default".
	Username string `json:"username,omitempty"`

	// Password goes with Username.
	Password string `json:"password,omitempty"`

	// PasswordEnv names an environment variable that holds the password.
	PasswordEnv string `json:"passwordEnv,omitempty"`

	// PasswordFile names a file that holds the password; white space around it is cut off,
	// and it is read for every new connection.
	PasswordFile string `json:"passwordFile,omitempty"`

	// TLS says that connections use TLS.
	TLS bool `json:"tls,omitempty"`

	// CAFile holds the authorities of the server's certificate, as PEM. If empty, those of
	// the system.
	CAFile string `json:"caFile,omitempty"`

	// Prefix begins every key. If empty, "attrgate:".
	Prefix string `json:"prefix,omitempty"`

	// Timeout is how long a request waits for Redis, once for each thing that is shared and
	// that it needs. After three failures in a row, and five times this without a success,
	// nobody waits until Redis answers again. If empty, 50ms.
	Timeout string `json:"timeout,omitempty"`
}

func (r Redis) check(ps *policy.Problems) {
	for i, address := range r.Addresses {
		checkAddress(address, element("gateway.redis.addresses", i), ps)
	}
	notNegative(ps, "gateway.redis.database", r.Database)
	checkPatience(r.Timeout, "gateway.redis.timeout", ps)
	given := 0
	for _, secret := range []string{r.Password, r.PasswordEnv, r.PasswordFile} {
		if secret != "" {
			given++
		}
	}
	if given > 1 {
		ps.Add("gateway.redis", "only one of password, passwordEnv and passwordFile can be given")
	}
	if len(r.Addresses) == 0 && !reflect.ValueOf(r).IsZero() {
		ps.Add("gateway.redis.addresses", "at least one address is required")
	}
}
