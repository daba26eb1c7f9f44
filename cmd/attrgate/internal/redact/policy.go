// Package redact makes what may be shown of a policy: everything but its secrets, and a
// digest by which logs, metrics and traces name it.
package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"

	"github.com/attrgate/attrgate/middleware/policy"
)

// hidden stands in the place of what is not shown.
const hidden = "hidden"

// secrets are the fields of a policy whose values are not shown. The digest of a static
// token is one: a weak token could be guessed with it.
var secrets = map[string]bool{"secret": true, "clientSecret": true, "refreshToken": true, "sha256": true}

// Shown is a policy without its secrets.
type Shown struct {
	// Digest is that of what is shown, so that nobody can try secrets on it: policies
	// that differ in nothing else have the same one.
	Digest string `json:"digest"`

	// Policy is the policy in the form of its file.
	Policy any `json:"policy"`
}

// Policy returns what may be shown of a policy.
func Policy(p policy.Policy) (Shown, error) {
	var document any
	written, err := json.Marshal(p)
	if err != nil {
		return Shown{}, err
	}
	if err := json.Unmarshal(written, &document); err != nil {
		return Shown{}, err
	}
	document = redact(document)
	written, err = json.Marshal(document)
	digest := sha256.Sum256(written)
	return Shown{Digest: "sha256:" + hex.EncodeToString(digest[:]), Policy: document}, err
}

func redact(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			if v[name] = redact(v[name]); secrets[name] {
				v[name] = hidden
			}
		}
	case []any:
		for i := range v {
			v[i] = redact(v[i])
		}
	case string:
		return URL(v)
	}
	return value
}

// URL hides the user and the query of a URL: both have been used for secrets. What is no
// URL stays as it is.
func URL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.User == nil && u.RawQuery == "") {
		return text
	}
	if u.User != nil {
		u.User = url.User(hidden)
	}
	if u.RawQuery != "" {
		u.RawQuery = hidden
	}
	return u.String()
}
