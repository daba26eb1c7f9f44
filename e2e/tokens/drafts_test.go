package tokens

import (
	"fmt"
	"strconv"
	"strings"
)

// drafts are the tokens of the table: every kind of oddity that we know of, one at a time.
func (c *court) drafts() []draft {
	var all []draft
	for _, some := range [][]draft{
		c.keyDrafts(), kidDrafts(), headerDrafts(), timeDrafts(), claimDrafts(), jsonDrafts(), spellingDrafts(),
		shapeDrafts(), c.brokenDrafts(),
	} {
		all = append(all, some...)
	}
	return all
}

// keyDrafts name each algorithm, with each kid, and sign with each key.
func (c *court) keyDrafts() []draft {
	var all []draft
	others := []string{"none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "es256", "ES256K", "Ed25519", "Ed448", "RS1", "RSA-OAEP", "dir"}
	for _, s := range c.signers {
		for _, alg := range append(algorithms(), others...) {
			for _, kid := range c.signers {
				header := fmt.Sprintf(`{"alg":%q,"kid":%q}`, alg, kid.kid)
				name := fmt.Sprintf("alg %q, kid %q, signed by %q", alg, kid.kid, s.kid)
				all = append(all, draft{name: name, header: header, claims: goodClaims(), kid: s.kid, alg: alg})
			}
		}
	}
	for _, salt := range []int{1, 20, 48, 64, 222} {
		all = append(all, draft{
			name: fmt.Sprintf("PS256 with a salt of %d bytes", salt), header: `{"alg":"PS256","kid":"rsa-1"}`,
			claims: goodClaims(), kid: "rsa-1", alg: "PS256", salt: salt,
		})
	}
	return all
}

func kidDrafts() []draft {
	var all []draft
	for _, kid := range values(`"p256-2"`, `"p384"`, `"unknown"`, `"p256-1 "`, `"P256-1"`, `"../p256-1"`) {
		d := good("kid " + kid)
		d.header = set(goodHeader, "kid", kid)
		all = append(all, d)
	}
	absent := good("no kid")
	absent.header = without(goodHeader, "kid")
	other := absent
	other.name, other.kid = "no kid, signed by the other key", "p256-2"
	return append(all, absent, other)
}

// headerDrafts give members of the header each kind of value.
func headerDrafts() []draft {
	var all []draft
	add := func(member string, raw []string) {
		for _, value := range raw {
			d := good(member + " " + value)
			d.header = set(goodHeader, member, value)
			all = append(all, d)
		}
	}
	add("alg", values())
	add("typ", values(`"jwt"`, `"at+jwt"`, `"AT+JWT"`, `"application/at+jwt"`, `"application/jwt"`, `"logout+jwt"`, `"dpop+jwt"`, `"JWE"`, `"JWT "`))
	add("cty", values(`"JWT"`, `"jwt"`, `"application/jwt"`, `"JOSE"`))
	add("crit", values(`["exp"]`, `["b64"]`, `["b64","exp"]`, `["alg"]`, `[null]`, `["b64",1]`))
	for _, member := range []string{"b64", "jku", "x5u", "x5c", "zip", "enc", "x5t", "x5t#S256", "nonce", "epk", "p2c", "iss", "exp", "unheard"} {
		add(member, values(`"https://evil.example"`, `"DEF"`, `["AA=="]`, `"A256GCM"`))
	}
	add("jwk", values(
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`,
		`{"kty":"oct","k":"AAAA"}`))
	return all
}

// timeDrafts put the times at, before and behind every border, and write them in every way.
func timeDrafts() []draft {
	now := noon.Unix()
	times := values(`1e3`, `1E10`, `1780315200.999`, `-0`, `0.5`, `-0.5`, `-1e300`, `1e300`, `1e999`, `01`, `+1`, `0x10`, `1_000`, `NaN`, `Infinity`, `-9223372036854775808`)
	for _, at := range []int64{now - 31, now - 30, now - 29, now, now + 29, now + 30, now + 31, now * 1000, 253402300799, 253402300800, 1<<62 - 1, 1 << 62, 1<<63 - 1} {
		times = append(times, strconv.FormatInt(at, 10), strconv.FormatInt(at, 10)+".5", strconv.FormatInt(at, 10)+"e0", strconv.Quote(strconv.FormatInt(at, 10)))
	}
	times = append(times, `9223372036854775808`, `18446744073709551616`, `-4611686018427387904`, `-4611686018427387905`)
	var all []draft
	for _, claim := range []string{"exp", "nbf", "iat", "auth_time"} {
		for _, at := range times {
			d := good(claim + " " + at)
			d.claims = set(goodClaims(), claim, at)
			all = append(all, d)
		}
	}
	return all
}

// claimDrafts leave out each claim and give it each kind of value.
func claimDrafts() []draft {
	var all []draft
	for claim, more := range map[string][]string{
		"iss":       {`"https://idp.example.com/"`, `"HTTPS://idp.example.com"`, `"https://idp.example.com\u0000"`, `["https://idp.example.com"]`, `"https:\/\/idp.example.com"`},
		"aud":       {`"API"`, `"ap"`, `"apis"`, `"api "`, `["other","api"]`, `["other"]`, `["api",1]`, `["api",null]`, `[["api"]]`, `{"api":true}`, `"\u0061pi"`, `"*"`},
		"sub":       {`"*"`},
		"scope":     {`["a","b"]`, `"*"`, `["a",1]`, `[null]`},
		"scp":       {`["a","b"]`, `["a",1]`},
		"client_id": nil, "azp": nil, "jti": nil,
		"cnf":   {`{"jkt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`, `{"x5t#S256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`, `{"jkt":"AAAA"}`, `{"kid":"x"}`},
		"roles": {`1e999`, `[{"a":1e999}]`},
	} {
		absent := good("no " + claim)
		absent.claims = without(goodClaims(), claim)
		all = append(all, absent)
		for _, value := range values(more...) {
			d := good(claim + " " + value)
			d.claims = set(goodClaims(), claim, value)
			all = append(all, d)
		}
	}
	return all
}

// values is one of each kind, and more.
func values(more ...string) []string {
	return append([]string{`null`, `true`, `false`, `0`, `1`, `-1`, `1.5`, `""`, `"x"`, `[]`, `["x"]`, `{}`, `{"x":1}`}, more...)
}

// jsonDrafts are all ways to write the JSON of header and claims, good and bad.
func jsonDrafts() []draft {
	var all []draft
	add := func(name, header, claims string) {
		all = append(all, draft{name: name, header: header, claims: claims, kid: "p256-1"})
	}
	for name, change := range jsonChanges() {
		add("header: "+name, change(goodHeader, "typ", `"JWT"`), goodClaims())
		add("claims: "+name, goodHeader, change(goodClaims(), "sub", `"crm"`))
	}
	for _, twice := range []string{"alg", "kid", "typ"} {
		for _, value := range []string{`"ES256"`, `"none"`, `"p256-2"`, `"JWT"`} {
			add("header: "+twice+" again, "+value, again(goodHeader, twice, value), goodClaims())
		}
	}
	for _, twice := range []string{"iss", "aud", "exp", "nbf", "sub", "scope"} {
		for _, value := range []string{`"` + issuer + `"`, `"api"`, `4102444800`, `0`, `"admin"`} {
			add("claims: "+twice+" again, "+value, goodHeader, again(goodClaims(), twice, value))
		}
	}
	return all
}

// jsonChanges rewrite an object; each is told of a member that it has.
func jsonChanges() map[string]func(object, name, value string) string {
	nested := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	return map[string]func(object, name, value string) string{
		"white space in front":    func(o, _, _ string) string { return " \t\r\n" + o },
		"white space behind":      func(o, _, _ string) string { return o + " \t\r\n" },
		"white space within":      func(o, _, _ string) string { return strings.ReplaceAll(o, ":", "\r\n : \t") },
		"a space first":           func(o, _, _ string) string { return "{ " + o[1:] },
		"a line feed first":       func(o, _, _ string) string { return "{\n" + o[1:] },
		"a tab first":             func(o, _, _ string) string { return "{\t" + o[1:] },
		"CR LF first":             func(o, _, _ string) string { return "{\r\n " + o[1:] },
		"byte order mark":         func(o, _, _ string) string { return "\ufeff" + o },
		"trailing comma":          func(o, _, _ string) string { return o[:len(o)-1] + ",}" },
		"trailing brace":          func(o, _, _ string) string { return o + "}" },
		"trailing object":         func(o, _, _ string) string { return o + "{}" },
		"a comment":               func(o, _, _ string) string { return "{/**/" + o[1:] },
		"single quotes":           func(o, _, _ string) string { return strings.ReplaceAll(o, `"`, "'") },
		"a list":                  func(o, _, _ string) string { return "[" + o + "]" },
		"a string":                func(o, _, _ string) string { return strconv.Quote(o) },
		"null":                    func(string, string, string) string { return "null" },
		"nothing":                 func(string, string, string) string { return "" },
		"empty object":            func(string, string, string) string { return "{}" },
		"an escaped name":         func(o, n, v string) string { return set(o, n, v+`,"\u0078":1`) },
		"the escaped name again":  func(o, n, v string) string { return again(o, fmt.Sprintf(`\u%04x`, n[0])+n[1:], v) },
		"the name in capitals":    func(o, n, v string) string { return again(o, strings.ToUpper(n), v) },
		"a name twice inside":     func(o, _, _ string) string { return again(o, "x", `{"a":1,"a":2}`) },
		"a name twice far inside": func(o, _, _ string) string { return again(o, "x", `[{"b":{"a":1,"a":2}}]`) },
		"invalid UTF-8":           func(o, _, _ string) string { return again(o, "x", "\"\xff\"") },
		"invalid UTF-8 in a name": func(o, _, _ string) string { return again(o, "x\xc0", "1") },
		"half a pair":             func(o, _, _ string) string { return again(o, "x", `"\ud800"`) },
		"the other half":          func(o, _, _ string) string { return again(o, "x", `"\udc00\ud800"`) },
		"a whole pair":            func(o, _, _ string) string { return again(o, "x", `"\ud83d\ude00"`) },
		"U+FFFD":                  func(o, _, _ string) string { return again(o, "x", "\"\ufffd\\ufffd\"") },
		"a control character":     func(o, _, _ string) string { return again(o, "x", "\"\x01\"") },
		"14 levels":               func(o, _, _ string) string { return again(o, "x", nested(14)) },
		"16 levels":               func(o, _, _ string) string { return again(o, "x", nested(15)) },
		"17 levels":               func(o, _, _ string) string { return again(o, "x", nested(16)) },
		"1000 levels":             func(o, _, _ string) string { return again(o, "x", nested(1000)) },
		"a huge number":           func(o, _, _ string) string { return again(o, "x", "1e999") },
		"a number with a zero":    func(o, _, _ string) string { return again(o, "x", "01") },
	}
}

// spellingDrafts write each part in each spelling of base64url.
func spellingDrafts() []draft {
	var all []draft
	for part := 0; part < 3; part++ {
		for s := canonical; s < spellings; s++ {
			for _, filler := range []string{"", "x", "xy"} { // so that each length of tail occurs
				d := good(fmt.Sprintf("spelling %d of part %d %q", s, part, filler))
				d.header, d.claims = again(d.header, "x", `"`+filler+`"`), again(d.claims, "x", `"`+filler+`"`)
				d.spelling[part] = s
				all = append(all, d)
			}
		}
	}
	return all
}

// shapeDrafts are what is not three parts in order, or has something around it.
func shapeDrafts() []draft {
	part := func(raw string, i int) string { return strings.Split(raw, ".")[i] }
	var all []draft
	for name, finish := range map[string]func(string) string{
		"nothing":                   func(string) string { return "" },
		"dots":                      func(string) string { return ".." },
		"a space in front":          func(r string) string { return " " + r },
		"a space behind":            func(r string) string { return r + " " },
		"a line feed behind":        func(r string) string { return r + "\n" },
		"a dot behind":              func(r string) string { return r + "." },
		"a dot in front":            func(r string) string { return "." + r },
		"two parts":                 func(r string) string { return part(r, 0) + "." + part(r, 1) },
		"five parts":                func(r string) string { return r + "." + part(r, 1) + "." + part(r, 2) },
		"no signature":              func(r string) string { return part(r, 0) + "." + part(r, 1) + "." },
		"detached":                  func(r string) string { return part(r, 0) + ".." + part(r, 2) },
		"no header":                 func(r string) string { return "." + part(r, 1) + "." + part(r, 2) },
		"header and claims swapped": func(r string) string { return part(r, 1) + "." + part(r, 0) + "." + part(r, 2) },
		"signature first":           func(r string) string { return part(r, 2) + "." + part(r, 0) + "." + part(r, 1) },
		"the other alphabet":        func(r string) string { return strings.NewReplacer("-", "+", "_", "/").Replace(r) + "+" },
		"JSON serialization": func(r string) string {
			return fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, part(r, 0), part(r, 1), part(r, 2))
		},
		"in capitals":                strings.ToUpper,
		"a line break in the header": func(r string) string { return r[:5] + "\n" + r[5:] },
		"a line break in the claims": func(r string) string { return part(r, 0) + ".\r\n" + part(r, 1) + "." + part(r, 2) },
		"nested":                     func(r string) string { return part(r, 0) + "." + encode([]byte(r)) + "." + part(r, 2) },
	} {
		d := good("shape: " + name)
		d.finish = finish
		all = append(all, d)
	}
	nested := good("a signed token as payload")
	nested.header, nested.claims = set(goodHeader, "cty", `"JWT"`), encode([]byte(goodHeader))+"."+encode([]byte(goodClaims()))+"."
	return append(all, nested)
}

// brokenDrafts change single bytes of tokens of each algorithm.
func (c *court) brokenDrafts() []draft {
	var all []draft
	for _, s := range c.signers {
		whole := draft{header: fmt.Sprintf(`{"alg":%q,"kid":%q}`, s.sign, s.kid), claims: goodClaims(), kid: s.kid}
		for _, at := range []float64{0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.999} {
			for _, with := range []string{"A", "z", "_", "-", "=", ".", "\x00", "é", ""} {
				d := whole
				d.name = fmt.Sprintf("%s: %q at %v", s.sign, with, at)
				d.finish = func(raw string) string {
					i := int(at * float64(len(raw)))
					return raw[:i] + with + raw[i+1:]
				}
				all = append(all, d)
			}
		}
	}
	return all
}
