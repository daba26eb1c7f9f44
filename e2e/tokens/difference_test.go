package tokens

import "strings"

// difference is a kind of token on which the three do not agree.
type difference struct {
	name    string
	accepts verdict // who accepts a token that is in order otherwise
	why     string
	found   func(view) bool
}

// Who accepts.
var (
	both     = verdict{JWT: true, Jose: true}
	onlyJWT  = verdict{JWT: true}
	onlyJose = verdict{Jose: true}
	notJose  = verdict{Ours: true, JWT: true}
)

// differences is the whole list. A token may be of several kinds; then somebody accepts it
// only if he accepts each of them.
func differences() []difference {
	var all []difference
	for _, some := range [][]difference{formDifferences(), headerDifferences(), timeDifferences(), claimDifferences()} {
		all = append(all, some...)
	}
	return all
}

func formDifferences() []difference {
	return []difference{
		{
			"White space before the header's JSON.", both,
			"attrgate tells a JWT from an opaque token by its first letter, which is that of an opening brace.",
			func(v view) bool { return len(v.raw) > 0 && v.raw[0] != 'e' },
		},
		{
			"A line break within the signature.", both,
			"RFC 7515, section 2: base64url without line breaks. Go's decoder skips them, so that one token has many spellings.",
			func(v view) bool { return hasLineBreak(v, true) },
		},
		{
			"A line break within header or claims, which the signature covers.", onlyJWT,
			"The same. go-jose looks at what the signature would cover without it.",
			func(v view) bool { return hasLineBreak(v, false) && signedAsWritten(v) },
		},
		{
			"A line break within header or claims, put there after they were signed.", onlyJose,
			"The same: the token was changed, and go-jose accepts it.",
			func(v view) bool { return hasLineBreak(v, false) && !signedAsWritten(v) },
		},
		{
			"Bits that are not zero behind the last byte of a part.", onlyJose,
			"RFC 4648, section 3.5. Otherwise one signature has several spellings, each of which would be remembered. golang-jwt with strict decoding.",
			hasLooseTail,
		},
		{
			"A name twice in the header, or in the claims.", onlyJWT,
			"RFC 7519, section 4: names must be unique. Parsers do not agree which one counts.",
			func(v view) bool { return repeated(v.texts[0]) > 0 || repeated(v.texts[1]) == 1 },
		},
		{
			"A name twice in an object within the claims.", both,
			"The same. go-jose does not look into claims that it is not asked for.",
			func(v view) bool { return repeated(v.texts[1]) > 1 },
		},
		{
			"Bytes that are not UTF-8, or half of a surrogate pair.", both,
			"RFC 8259, section 8. The peers read U+FFFD instead, so that different texts become equal.",
			notUnicode,
		},
		{
			"JSON deeper than 16 levels.", both,
			"A limit of attrgate.",
			func(v view) bool { return depth(v.texts[0]) > 16 || depth(v.texts[1]) > 16 },
		},
		{
			"A number that no float64 can hold, in a claim that nobody asked for.", onlyJose,
			"attrgate and golang-jwt read all claims.",
			func(v view) bool { return beyondFloat(v.object[1]) },
		},
	}
}

func headerDifferences() []difference {
	return []difference{
		{
			"`crit` with a name that is not understood.", onlyJWT,
			"RFC 7515, section 4.1.11. golang-jwt does not look at `crit`.",
			func(v view) bool { return critical(v) && !harmless(v) },
		},
		{
			"`crit` that is empty, null, or names `b64` alone.", both,
			"RFC 7515, section 4.1.11: it must not be empty. attrgate supports no extension, so it refuses every `crit`.",
			func(v view) bool { return critical(v) && harmless(v) },
		},
		{
			"`jwk`, `jku`, `x5u`, `x5c`, `zip`, `enc`, or `b64` that is not false.", both,
			"RFC 8725, section 3.10: a token does not say by which key it is verified. The peers leave it to the application to ignore them.",
			func(v view) bool { return asksForMore(v) && !joseChokes(v) },
		},
		{
			"`jwk` that is no public key, `x5c` that is no chain, `b64` that is false.", onlyJWT,
			"The same; go-jose reads them and stumbles. With `b64` false the signature is over other bytes (RFC 7797).",
			joseChokes,
		},
		{
			"`nonce` that is not a string.", notJose,
			"Neither JWT nor attrgate gives that header member a meaning.",
			func(v view) bool { return isOther(v.object[0], "nonce") },
		},
		{
			"`cty` that is JWT.", both,
			"RFC 7519, section 5.2: the payload is another token, and not the claims.",
			func(v view) bool {
				member, _ := v.header("cty")
				cty, _ := member.(string)
				return strings.EqualFold(cty, "JWT")
			},
		},
		{
			"`kid` that is null.", onlyJose,
			"RFC 7515, section 4.1.4: a string. go-jose takes it for absent.",
			func(v view) bool { member, there := v.header("kid"); return there && member == nil },
		},
		{
			"`typ` that the policy does not accept, or that is not a string.", both,
			"RFC 8725, section 3.11: an ID token or a logout token is no access token. The peers leave it to the application.",
			wrongType,
		},
		{
			"A key that is published for one algorithm, and a token that is signed with it by another.", both,
			"RFC 8725, section 3.1. The peers take a key, not a JWK with its `alg`.",
			otherThanTheKeys,
		},
		{
			"RSA-PSS with a salt that is not as long as the hash.", both,
			"RFC 7518, section 3.5. The peers accept any salt.",
			otherSalt,
		},
	}
}

func timeDifferences() []difference {
	return []difference{
		{
			"`nbf` or `iat` that is null.", onlyJose,
			"RFC 7519, section 2: a number. go-jose takes it for absent.",
			func(v view) bool { return isNull(v, "nbf") || isNull(v, "iat") },
		},
		{
			"`nbf` or `iat` before 1970.", both,
			"No token is that old; a number below zero is a mistake.",
			func(v view) bool {
				return v.hasTime([]string{"nbf", "iat"}, func(s float64) bool { return s < 0 && s > -1<<62 })
			},
		},
		{
			"`nbf` or `iat` that is -2^62 or less, or 2^63 or more.", onlyJWT,
			"golang-jwt's seconds overflow, so that a time without end to come counts as past.",
			func(v view) bool {
				return v.hasTime([]string{"nbf", "iat"}, func(s float64) bool { return s <= -1<<62 || s >= 1<<63 })
			},
		},
		{
			"`exp` behind the year 9999.", both,
			"No token is meant to last that long; a number of milliseconds is the likely mistake.",
			func(v view) bool {
				return v.hasTime([]string{"exp"}, func(s float64) bool { return s > 253402300799 && s < 1<<62 })
			},
		},
		{
			"`exp` that is 2^62 or more, and less than 2^63.", onlyJWT,
			"The same; go-jose sets a limit too.",
			func(v view) bool {
				return v.hasTime([]string{"exp"}, func(s float64) bool { return s >= 1<<62 && s < 1<<63 })
			},
		},
		{
			"`exp` that is over, leeway included, since this very second.", onlyJose,
			"RFC 7519, section 4.1.4: on or after it the token must not be accepted.",
			func(v view) bool {
				return v.hasTime([]string{"exp"}, func(s float64) bool { return int64(s) == noon.Add(-leeway).Unix() })
			},
		},
	}
}

func claimDifferences() []difference {
	return []difference{
		{
			"`sub` that is neither a string nor null.", onlyJWT,
			"RFC 7519, section 4.1.2. golang-jwt reads it when it is asked to compare it.",
			func(v view) bool { return isOther(v.object[1], "sub") },
		},
		{
			"`sub` that is null; `client_id` or `azp` that is not a string.", both,
			"attrgate records who calls, so these must be what they claim to be. The peers do not read them.",
			func(v view) bool {
				return isNull(v, "sub") || isOther(v.object[1], "client_id", "azp") || isNull(v, "client_id") || isNull(v, "azp")
			},
		},
		{
			"`scope` or `scp` that is neither a string nor a list of strings.", both,
			"attrgate decides by the scopes. The peers do not read them.",
			wrongScope,
		},
		{
			"`cnf` that is not made of `jkt` and `x5t#S256` alone.", both,
			"RFC 7800, section 3.1: such a token is for whoever can prove what it names, and attrgate could not check that. The peers leave it to the application.",
			wrongConfirmation,
		},
		{
			"`jti` that is neither a string nor null.", notJose,
			"attrgate keeps no list of tokens and does not read it.",
			func(v view) bool { return isOther(v.object[1], "jti") },
		},
	}
}
