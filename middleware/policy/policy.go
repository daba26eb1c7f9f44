package policy

// Policy says who may call which routes, and what their bodies may hold.
//
// The zero Policy is not usable: it names nobody who could vouch for a caller.
// The smallest useful one has an issuer, and guards both built-in routes:
//
//	{"issuers": [{"issuer": "https://idp.example.com", "audiences": ["contact-centre"]}]}
type Policy struct {
	// Issuers are the authorization servers whose JWT access tokens are accepted
	// (RFC 7519, RFC 9068).
	Issuers []Issuer `json:"issuers,omitempty"`

	// Introspection lists the servers that are asked about tokens (RFC 7662), in this
	// order, until one says that the token is active and what it says is accepted.
	Introspection []Introspection `json:"introspection,omitempty"`

	// Introspect says which tokens are introspected: "fallback", those that are not a JWT
	// whose iss is one of Issuers, or "first", all of them. StaticTokens come before
	// either. If empty, "fallback".
	Introspect string `json:"introspect,omitempty"`

	// StaticTokens are opaque tokens that nobody can be asked about.
	StaticTokens []StaticToken `json:"staticTokens,omitempty"`

	// RememberedTokens bounds the verified tokens that are remembered, so that their
	// signatures are not checked again. Half of them stay for sure while they are in use, so
	// it should be twice the number of callers. A token takes less than 500 bytes. The
	// policies of a process share this memory: the largest number that one of them had since
	// it began counts. If zero, 65536; at least 128, at most 16777216.
	RememberedTokens int `json:"rememberedTokens,omitempty"`

	// Routes are the guarded requests; the first that matches decides.
	// If empty, both built-in APIs are guarded.
	Routes []Route `json:"routes,omitempty"`

	// Lookalikes says what happens to a path that is another spelling of a guarded one,
	// such as a doubled slash or a percent-encoded letter: "refuse" or
	// "dangerouslyPass". If empty, "refuse".
	Lookalikes string `json:"lookalikes,omitempty"`

	// DPoP sets how proofs of possession are checked (RFC 9449).
	DPoP DPoP `json:"dpop,omitempty"`

	// MTLS sets where the client's certificate comes from (RFC 8705).
	MTLS MTLS `json:"mtls,omitempty"`

	// ResourceMetadata describes the guarded API to clients (RFC 9728).
	ResourceMetadata ResourceMetadata `json:"resourceMetadata,omitempty"`

	// Extra holds fields that no Policy has, as Traefik hands them over.
	// Any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Issuer is an authorization server that signs access tokens.
type Issuer struct {
	// Issuer must equal the token's iss claim, character by character.
	// An https URL, or http on a loopback address.
	Issuer string `json:"issuer,omitempty"`

	// Audiences lists the accepted aud values; one of them must be in the token
	// (RFC 8725, section 3.9). Required.
	Audiences []string `json:"audiences,omitempty"`

	// JWKSURL is where the issuer publishes its keys (RFC 7517).
	// If empty, it is discovered (RFC 8414, then OpenID Connect Discovery).
	JWKSURL string `json:"jwksURL,omitempty"`

	// Keys pins the issuer's public keys, each a JWK as JSON text, or PEM.
	// If empty, the keys come from JWKSURL.
	Keys []string `json:"keys,omitempty"`

	// Algorithms lists the accepted signature algorithms (RFC 7518, RFC 8037):
	// RS256 to RS512, PS256 to PS512, ES256 to ES512, EdDSA; with a secret, HS256 to HS512.
	// If empty, RS256, PS256, ES256 and EdDSA; with a secret, HS256.
	Algorithms []string `json:"algorithms,omitempty"`

	// Secret is the shared key of HS256, HS384 and HS512, as text of at least 32, 48 or 64
	// bytes. An issuer has a secret or public keys, never both.
	Secret string `json:"secret,omitempty"`

	// SecretEnv names an environment variable that holds the secret.
	SecretEnv string `json:"secretEnv,omitempty"`

	// SecretFile names a file that holds the secret; white space around it is cut off, and
	// the file is read again every minute.
	SecretFile string `json:"secretFile,omitempty"`

	// KeysFreshFor is the longest time that a key set is used without asking the issuer
	// again, such as "5m"; a shorter Cache-Control of the issuer is respected down to
	// KeysFloor. A withdrawn key ends what it signed after this time. If empty, 5m; at
	// most 1h.
	KeysFreshFor string `json:"keysFreshFor,omitempty"`

	// KeysStaleFor is how long after that known keys go on serving while the issuer is
	// away. If empty, 1h; at most 24h.
	KeysStaleFor string `json:"keysStaleFor,omitempty"`

	// KeysFloor is the least time between two questions to the issuer, so that invented
	// key ids cannot make a storm. If empty, 10s; from 1s to 1h.
	KeysFloor string `json:"keysFloor,omitempty"`

	// TokenTypes lists the accepted typ header values, without regard to case.
	// If empty: no typ, "JWT" and "at+jwt" (RFC 9068, section 2.1).
	TokenTypes []string `json:"tokenTypes,omitempty"`

	// ScopeClaims names the claims that hold scopes, each a string of scopes divided by
	// spaces or a list; a dotted path such as realm_access.roles reaches into objects.
	// If empty, "scope" and "scp".
	ScopeClaims []string `json:"scopeClaims,omitempty"`

	// Leeway is the clock difference that exp, nbf and iat are forgiven, such as "30s".
	// At most 5m. If empty, 30s.
	Leeway string `json:"leeway,omitempty"`

	// MaxAge is the longest accepted time since iat, such as "1h".
	// If empty, only exp ends a token; exp is always required.
	MaxAge string `json:"maxAge,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Introspection is a server that tells whether a token is active (RFC 7662). An answer
// that is late, over 64 KiB, a redirect, no success or not what RFC 7662 describes, and a
// secret that is not there, are an outage and not a verdict on the token: 503. After 5
// failures in a row the server is left in peace for 10s, doubling to 1m.
type Introspection struct {
	// URL is the introspection endpoint: an https URL, or http on a loopback address.
	URL string `json:"url,omitempty"`

	// Issuer is what iss must be if the answer has one, and what decisions name.
	Issuer string `json:"issuer,omitempty"`

	// Audiences lists the accepted aud values. If empty, aud is not looked at: the server
	// says whether the token is active for whoever asks.
	Audiences []string `json:"audiences,omitempty"`

	// ClientID is the name by which the gate authenticates itself. Required.
	ClientID string `json:"clientID,omitempty"`

	// ClientSecret is the secret that goes with ClientID. Required, or one of the two
	// fields that follow.
	ClientSecret string `json:"clientSecret,omitempty"`

	// ClientSecretEnv names an environment variable that holds the secret.
	ClientSecretEnv string `json:"clientSecretEnv,omitempty"`

	// ClientSecretFile names a file that holds the secret; white space around it is cut
	// off. It is read again after a minute, so that the secret can be replaced.
	ClientSecretFile string `json:"clientSecretFile,omitempty"`

	// Auth is how the client authenticates (RFC 6749, section 2.3.1): "basic", in the
	// Authorization header, or "post", in the form. If empty, "basic".
	Auth string `json:"auth,omitempty"`

	// CacheFor is how long an active answer is remembered, never beyond exp, and so how
	// late a revocation may be seen. If empty, 30s; "0s" asks every time; at most 1h.
	CacheFor string `json:"cacheFor,omitempty"`

	// InactiveFor is how long a refusal is remembered: the token is not active, or what
	// was said of it is not accepted. "0s" asks every time. If empty, 5s; at most CacheFor
	// or 5s, whichever is longer.
	InactiveFor string `json:"inactiveFor,omitempty"`

	// Timeout is how long an answer may take, 1ms to 30s. If empty, 2s.
	Timeout string `json:"timeout,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// StaticToken is an opaque token known by its digest.
type StaticToken struct {
	// SHA256 is the digest of the token as 64 hex digits: of its bytes alone, without a line
	// feed, as "printf %s TOKEN | sha256sum" prints it.
	SHA256 string `json:"sha256,omitempty"`

	// Scopes are what the token carries.
	Scopes []string `json:"scopes,omitempty"`

	// Subject names its holder in decisions. Required.
	Subject string `json:"subject,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// DPoP sets how proofs of possession are checked (RFC 9449). Tokens that are bound to a
// key are refused without a proof, and under any scheme but DPoP, whether or not anything
// is set here. Nonces (section 9) are not asked for.
type DPoP struct {
	// Algorithms lists the accepted signature algorithms of proofs: RS256 to RS512, PS256
	// to PS512, ES256 to ES512, EdDSA. If empty, ES256 and EdDSA.
	Algorithms []string `json:"algorithms,omitempty"`

	// ProofAge is how long after its iat a proof is good; its jti is remembered until then,
	// so that it is good once. A proof may be from up to 30s in the future, for clocks that
	// differ. If empty, 1m; at least 1s, at most 10m.
	ProofAge string `json:"proofAge,omitempty"`

	// Origins lists the scheme and host under which clients know the gate, such as
	// "https://api.example.com", for the comparison with htu; behind a proxy that ends TLS
	// it has to be set. The path is always the one that reaches the gate. If empty, the
	// request's own Host, with https if the connection is TLS.
	Origins []string `json:"origins,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// MTLS sets where the client's certificate comes from (RFC 8705, section 3). Tokens that
// are bound to a certificate are refused without it, whether or not anything is set here.
type MTLS struct {
	// Header is a request header in which a trusted proxy sends the client's certificate,
	// as PEM, URL-encoded PEM or base64 DER. The proxy must set it, or take it away, in
	// every request. If empty, only the connection's own certificate counts.
	Header string `json:"header,omitempty"`

	// TrustedProxies lists the addresses, or networks such as 10.0.0.0/8, from which
	// Header is believed; on connections from them nothing else is. From elsewhere Header
	// is not read. Required with Header.
	TrustedProxies []string `json:"trustedProxies,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// ResourceMetadata describes the guarded API to clients (RFC 9728).
type ResourceMetadata struct {
	// Resource is the API's identifier, an https URL, or http on a loopback address.
	// The gate answers the well-known path that belongs to it (section 3.1), on every host,
	// and challenges name it (section 5.1). If empty, there is no metadata.
	Resource string `json:"resource,omitempty"`

	// Name is the API's name for people.
	Name string `json:"name,omitempty"`

	// Documentation is the URL of a page for developers.
	Documentation string `json:"documentation,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}
