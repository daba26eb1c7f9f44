package policy

// Route guards the requests that match a method and a path.
//
// With api set, every other field that is left zero is taken from the built-in route of
// that name; without it, Match and Body are required.
type Route struct {
	// API names a built-in route: SalesIQCustomInfo or ExpertFlowChannelSession.
	API string `json:"api,omitempty"`

	// Name stands for the route in decisions, logs and metrics. If empty, Match.
	Name string `json:"name,omitempty"`

	// Match is a method and a path whose segments are literal or a {variable},
	// such as "PUT /forms/{channelSessionId}". A variable takes one whole segment.
	Match string `json:"match,omitempty"`

	// Variables bind path variables to patterns. A variable without one takes any segment.
	Variables []Variable `json:"variables,omitempty"`

	// Scopes are what the access token must carry. If empty (and no API sets them),
	// any valid token will do.
	Scopes []string `json:"scopes,omitempty"`

	// ScopeMatch is "all" or "any" of Scopes. If empty, "all".
	ScopeMatch string `json:"scopeMatch,omitempty"`

	// ScopeSyntax is how scopes are compared: "oauth" (RFC 6749, section 3.3: exact) or
	// "zoho" (commas or spaces, any case, .ALL covers, the product's prefix may be left
	// out). If empty, "oauth".
	ScopeSyntax string `json:"scopeSyntax,omitempty"`

	// Schemes are the accepted schemes of the Authorization header, without regard to
	// case, for tokens that are not bound to a key; those have the scheme DPoP on every
	// route. If empty, "Bearer".
	Schemes []string `json:"schemes,omitempty"`

	// SenderConstraint is "optional" (a token that is bound to a key or a certificate needs
	// its proof, others need none) or "require" (only bound tokens are accepted).
	// If empty, "optional".
	SenderConstraint string `json:"senderConstraint,omitempty"`

	// Body says where in the body the attributes are.
	Body Body `json:"body,omitempty"`

	// Keys says how keys become names.
	Keys Keys `json:"keys,omitempty"`

	// Attributes are rules by name.
	Attributes []Attribute `json:"attributes,omitempty"`

	// Unknown is what happens to attributes that no rule names: "allow", "refuse" or
	// "drop". If empty, "allow".
	Unknown string `json:"unknown,omitempty"`

	// Types is the rule set of the value types: "strict", what a sane reader means by them,
	// or "documented", what the vendor's own patterns accept. If empty, "strict".
	Types string `json:"types,omitempty"`

	// TypeAliases accepts other spellings of value types that are seen in the wild, such as
	// EMAIL, INT or shortAnswer, and rewrites them to the exact one.
	TypeAliases bool `json:"typeAliases,omitempty"`

	// Nested is what happens to an object or list under a scalar type: "leaves" (every
	// string within must satisfy the type), "refuse" or "allow". If empty, "leaves".
	Nested string `json:"nested,omitempty"`

	// Coerce turns numbers and booleans under String, Alphanum and AlphanumSpecial types
	// into strings of their JSON text.
	Coerce bool `json:"coerce,omitempty"`

	// AllowEmpty accepts "" where the type asks for at least one character.
	AllowEmpty bool `json:"allowEmpty,omitempty"`

	// AllowNull accepts null as a value.
	AllowNull bool `json:"allowNull,omitempty"`

	// Sensitive lists what must not reach the backend: "PAN" stands for payment card
	// numbers in any string or number (13 to 19 digits, spaces or hyphens between, Luhn
	// check digit, ISO/IEC 7812-1), a value type such as Password for attributes of that
	// type, and any other word for attributes of that name.
	Sensitive []string `json:"sensitive,omitempty"`

	// OnSensitive is what happens to them: "refuse", or "mask", which leaves the last four
	// digits of a card number, as in ****1234, and **** of anything else.
	// If empty, "refuse".
	OnSensitive string `json:"onSensitive,omitempty"`

	// Limits bound the body.
	Limits Limits `json:"limits,omitempty"`

	// Mode is "enforce", or "report": every step runs, the original request is forwarded,
	// and the decision records what would have been refused. If empty, "enforce".
	Mode string `json:"mode,omitempty"`

	// Errors is the form of a refusal: "problem" (RFC 9457), or "native", the backend's
	// own envelope, for routes with an API. If empty, "problem".
	Errors string `json:"errors,omitempty"`

	// Forward says what the backend gets to know of the caller.
	Forward Forward `json:"forward,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Variable binds a path variable to a pattern.
type Variable struct {
	// Name is the variable's name in match. Required.
	Name string `json:"name,omitempty"`

	// Pattern is a regular expression (RE2) that the whole segment must match. Required.
	Pattern string `json:"pattern,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Body says where in the body the attributes are.
type Body struct {
	// Shape is "object", whose members are the attributes, or "list", whose elements are
	// objects with the members key, type and value.
	Shape string `json:"shape,omitempty"`

	// Path leads to the attributes: member names divided by dots. If empty, the whole
	// body.
	Path string `json:"path,omitempty"`

	// DecodeString accepts attributes that come as a string of JSON, and forwards them as
	// the JSON itself.
	DecodeString bool `json:"decodeString,omitempty"`

	// KeyMember, TypeMember and ValueMember name the members of a list's elements.
	// If empty, "key", "type" and "value".
	KeyMember   string `json:"keyMember,omitempty"`
	TypeMember  string `json:"typeMember,omitempty"`
	ValueMember string `json:"valueMember,omitempty"`

	// Untyped says that a list's elements have no type member; one that is there all the
	// same is left as it is.
	Untyped bool `json:"untyped,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Keys says how a key, as sent, becomes a name.
type Keys struct {
	// Unwrap takes %visitor.custominfo.X%, the form in which SalesIQ bots read a custom
	// info, as X. If nil, true for the API SalesIQCustomInfo and false elsewhere.
	Unwrap *bool `json:"unwrap,omitempty"`

	// Style is how names are spelled: "preserve"; "lower" or "upper" (letter case only);
	// "title" (Order Id); or one of "snake" (order_id), "kebab" (order-id), "camel"
	// (orderId) and "pascal" (OrderId), which make words of letters and digits and drop
	// everything else. If empty, "preserve".
	Style string `json:"style,omitempty"`

	// Aliases replace names, after the style. From is compared in the style's spelling.
	Aliases []Alias `json:"aliases,omitempty"`

	// Allowed is a regular expression (RE2) that the whole name must match.
	// If empty: letters, digits, marks, space and _ - . : / % ( ) & + # @ '.
	Allowed string `json:"allowed,omitempty"`

	// Reserved lists names that mean something else to the backend, compared without
	// regard to case and space.
	Reserved []string `json:"reserved,omitempty"`

	// OnReserved is what happens to a reserved name: "refuse", "allow", or "prefix", which
	// puts Prefix before it. If empty, "refuse".
	OnReserved string `json:"onReserved,omitempty"`

	// Prefix is put before reserved names. If empty, "custom_".
	Prefix string `json:"prefix,omitempty"`

	// OnCollision is what happens when two keys become one name: "refuse", or "first" or
	// "last", which drop the others. If empty, "refuse".
	OnCollision string `json:"onCollision,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Alias is another name for a name.
type Alias struct {
	// From is the name that is replaced.
	From string `json:"from,omitempty"`

	// To is the name that replaces it.
	To string `json:"to,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Attribute is the rule for the attribute of one name, or for those whose names match a
// pattern.
type Attribute struct {
	// Name is the attribute's name, compared exactly.
	Name string `json:"name,omitempty"`

	// NamePattern is a regular expression (RE2) that the whole name must match, instead of
	// Name. It counts for names that no rule gives exactly; the first that matches decides.
	NamePattern string `json:"namePattern,omitempty"`

	// Type is a value type such as String50. If empty, any value.
	Type string `json:"type,omitempty"`

	// Required refuses a body without the attribute.
	Required bool `json:"required,omitempty"`

	// Values lists the accepted values. If empty, any.
	Values []string `json:"values,omitempty"`

	// Pattern is a regular expression (RE2) that the whole value must match.
	Pattern string `json:"pattern,omitempty"`

	// MinLength and MaxLength bound the value's length in UTF-16 units.
	// If zero, they do not.
	MinLength int `json:"minLength,omitempty"`
	MaxLength int `json:"maxLength,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Limits bound a body. None can be switched off.
type Limits struct {
	// BodyBytes is the longest accepted body. If zero, 1048576; at most 67108864.
	BodyBytes int64 `json:"bodyBytes,omitempty"`

	// Depth is how many objects and lists may be open at once. If zero, 16; at most 1000.
	Depth int `json:"depth,omitempty"`

	// Attributes is how many attributes one body may hold. If zero, 50, or 10 for the
	// API ExpertFlowChannelSession.
	Attributes int `json:"attributes,omitempty"`

	// NameLength is the longest accepted name, in UTF-16 units. If zero, 100.
	NameLength int `json:"nameLength,omitempty"`

	// ValueLength is the longest accepted string in an attribute without a type, in
	// UTF-16 units. If zero, 2000.
	ValueLength int `json:"valueLength,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Forward says what the backend gets to know of the caller.
type Forward struct {
	// Token is "keep" or "strip": whether the Authorization header goes to the backend.
	// If empty, "keep". Credentials replace it either way.
	Token string `json:"token,omitempty"`

	// Headers are set from claims. Whatever the client sent by these names is removed from
	// every request of the route, whether a header is set or not: in any letter case, with
	// any mark for any other (X_User and X.User for X-User, which some servers take for the
	// same), and as trailers. In report mode too; there, requests that would have been
	// refused get the headers if the caller may call the route, and none otherwise.
	Headers []ClaimHeader `json:"headers,omitempty"`

	// Credentials replaces the caller's token by one that the gate obtains itself. The
	// caller's is never forwarded instead: without a token of its own the gate answers 503,
	// with the code credentials_unavailable. If the backend answers 401, or with 200 or 400
	// and SalesIQ's error 1008 in JSON of at most 64 KiB (plain or gzip), another token is
	// obtained and the request is sent once more. In report mode a caller who may call the
	// route gets the gate's token whatever the body is, a request without one goes on
	// without any, and requests of other callers go on as they came.
	Credentials Credentials `json:"credentials,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// ClaimHeader sets a request header from a claim.
type ClaimHeader struct {
	// Name is the header's name. Headers that belong to the connection or the body, Host,
	// Cookie, Expect and Authorization cannot be set.
	Name string `json:"name,omitempty"`

	// Claim is the claim's name; a dotted path reaches into objects. A string is set as it
	// is, a number with the digits it has, a boolean as true or false, and a list of these
	// with spaces between. No header is set from a claim that is missing, empty, null or an
	// object, is longer than 4096 bytes, or has anything in it but visible ASCII and inner
	// spaces; nor from a list with such an element, or one that has a space in it. Static
	// tokens have sub, and scope or scp.
	Claim string `json:"claim,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}

// Credentials says how the gate obtains a token of its own for the backend. The token is
// obtained when the first request needs it, kept in memory for all gates of the process,
// and renewed in the background when nine tenths of its life are over. If the server does
// not say how long that is, 10 minutes; at most 24 hours.
type Credentials struct {
	// TokenURL is the token endpoint; https, or http on a loopback address. If empty, the
	// gate obtains no token.
	TokenURL string `json:"tokenURL,omitempty"`

	// Grant is "client_credentials" (RFC 6749, section 4.4) or "refresh_token" (section 6).
	// If empty, "client_credentials".
	Grant string `json:"grant,omitempty"`

	// ClientID is the name by which the gate authenticates itself.
	ClientID string `json:"clientID,omitempty"`

	// ClientSecret is the secret that goes with ClientID. One of ClientSecret,
	// ClientSecretEnv and ClientSecretFile is required.
	ClientSecret string `json:"clientSecret,omitempty"`

	// ClientSecretEnv names an environment variable that holds the secret.
	ClientSecretEnv string `json:"clientSecretEnv,omitempty"`

	// ClientSecretFile names a file that holds the secret; white space around it is cut off.
	// It is read when it is needed, and again after a minute.
	ClientSecretFile string `json:"clientSecretFile,omitempty"`

	// RefreshToken is the refresh token of the grant of that name, which needs one of
	// RefreshToken, RefreshTokenEnv and RefreshTokenFile. It is used again and again; one
	// that the server sends with a token is not kept.
	RefreshToken string `json:"refreshToken,omitempty"`

	// RefreshTokenEnv names an environment variable that holds the refresh token.
	RefreshTokenEnv string `json:"refreshTokenEnv,omitempty"`

	// RefreshTokenFile names a file that holds the refresh token; see ClientSecretFile.
	RefreshTokenFile string `json:"refreshTokenFile,omitempty"`

	// Auth is how the client authenticates: "basic" or "post". If empty, "post", which
	// Zoho asks for.
	Auth string `json:"auth,omitempty"`

	// Scopes are asked for. If empty, the server decides.
	Scopes []string `json:"scopes,omitempty"`

	// Audiences are asked for by the parameter audience, one each: what the server calls the
	// APIs that the token is for. It is no standard's for these grants; Auth0, which takes
	// one, and Ory Hydra have it.
	Audiences []string `json:"audiences,omitempty"`

	// Resources are asked for by the parameter resource, one each: absolute URIs without
	// fragment that name the APIs that the token is for (RFC 8707, section 2).
	Resources []string `json:"resources,omitempty"`

	// Scheme is the scheme of the Authorization header for the backend, such as
	// Zoho-oauthtoken. If empty, "Bearer".
	Scheme string `json:"scheme,omitempty"`

	// MaxPerWindow and Window bound how many tokens are asked for in a time, as the server
	// does; failures count. If zero and empty, 10 in "10m", which are Zoho's limits; at most
	// 1000, and "1s" to "24h". Only half are spent on tokens that the backend refused, so
	// that some are left for those that end. After a failure the gate waits 5 s, and longer
	// each time, up to twice the window divided by MaxPerWindow.
	MaxPerWindow int    `json:"maxPerWindow,omitempty"`
	Window       string `json:"window,omitempty"`

	// Extra holds unknown fields; any content is a problem.
	Extra map[string]any `json:"-" mapstructure:",remain"`
}
