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

	// Introspection lists the servers that are asked about opaque tokens (RFC 7662).
	// Not supported yet.
	Introspection []Introspection `json:"introspection,omitempty"`

	// StaticTokens are opaque tokens that nobody can be asked about.
	StaticTokens []StaticToken `json:"staticTokens,omitempty"`

	// Routes are the guarded requests; the first that matches decides.
	// If empty, both built-in APIs are guarded.
	Routes []Route `json:"routes,omitempty"`

	// Lookalikes says what happens to a path that is another spelling of a guarded one,
	// such as a doubled slash or a percent-encoded letter: "refuse" or
	// "dangerouslyPass". If empty, "refuse".
	Lookalikes string `json:"lookalikes,omitempty"`

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
	// RS256 to RS512, PS256 to PS512, ES256 to ES512, EdDSA.
	// If empty, RS256, PS256, ES256 and EdDSA.
	Algorithms []string `json:"algorithms,omitempty"`

	// Secret is the shared key of HS256, HS384 and HS512. Not supported yet.
	Secret string `json:"secret,omitempty"`

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

// Introspection is a server that tells whether an opaque token is active (RFC 7662).
// Not supported yet.
type Introspection struct {
	// URL is the introspection endpoint.
	URL string `json:"url,omitempty"`

	// ClientID is the name by which the gate authenticates itself.
	ClientID string `json:"clientID,omitempty"`

	// ClientSecret is the secret that goes with ClientID.
	ClientSecret string `json:"clientSecret,omitempty"`

	// ClientSecretEnv names an environment variable that holds the secret.
	ClientSecretEnv string `json:"clientSecretEnv,omitempty"`

	// ClientSecretFile names a file that holds the secret.
	ClientSecretFile string `json:"clientSecretFile,omitempty"`

	// Auth is how the client authenticates: "basic" or "post". If empty, "basic".
	Auth string `json:"auth,omitempty"`

	// CacheFor is how long an active answer is remembered, never beyond exp.
	CacheFor string `json:"cacheFor,omitempty"`

	// Timeout is how long an answer may take.
	Timeout string `json:"timeout,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// StaticToken is an opaque token known by its digest.
type StaticToken struct {
	// SHA256 is the digest of the token as 64 hex digits.
	SHA256 string `json:"sha256,omitempty"`

	// Scopes are what the token carries.
	Scopes []string `json:"scopes,omitempty"`

	// Subject names its holder in decisions. Required.
	Subject string `json:"subject,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}
