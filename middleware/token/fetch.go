package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// fetchTimeout bounds one fetch, discovery included.
	fetchTimeout = 5 * time.Second

	// maxDocument is the largest metadata or key set document, in bytes.
	maxDocument = 1 << 20

	// maxKeys is how many keys of a set are used.
	maxKeys = 100

	// forever stands for an answer that does not say how long it is good for.
	forever = 1 << 62
)

// metadata is an authorization server's, as far as we read it (RFC 8414, section 2).
type metadata struct {
	Issuer  string `json:"issuer"`
	JWKSURI string `json:"jwks_uri"`
}

// fetchKeys gets an issuer's key set from its URL, or from where its metadata says, and
// how long it is good for.
func fetchKeys(issuer, jwksURL string) ([]*key, time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	if jwksURL == "" {
		discovered, err := discover(ctx, issuer)
		if err != nil {
			return nil, 0, err
		}
		jwksURL = discovered
	}
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	header, err := get(ctx, jwksURL, &document)
	if err != nil {
		return nil, 0, err
	}
	keys, err := usableKeys(document.Keys)
	return keys, maxAge(header.Get("Cache-Control")), err
}

// maxAge reads how long an answer may be used (RFC 9111, section 5.2.2).
func maxAge(cacheControl string) time.Duration {
	age := time.Duration(forever)
	for _, directive := range strings.Split(cacheControl, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		seconds, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 32)
		switch strings.ToLower(name) {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if err != nil || seconds < 0 {
				return 0
			}
			age = time.Duration(seconds) * time.Second
		}
	}
	return age
}

// usableKeys leaves out what is no key for verifying signatures (RFC 7517, section 5: a
// set may hold keys that we do not understand) and key ids that stand for two keys of a
// type.
func usableKeys(raw []json.RawMessage) ([]*key, error) {
	var keys []*key
	times := map[string]int{}
	for i := 0; i < len(raw) && i < maxKeys; i++ {
		var parsed jwk
		if json.Unmarshal(raw[i], &parsed) != nil {
			continue
		}
		if k, err := parseJWK(parsed); err == nil {
			keys = append(keys, k)
			times[k.id+" "+k.kty+" "+k.alg]++
		}
	}
	var unambiguous []*key
	for _, k := range keys {
		if k.id == "" || times[k.id+" "+k.kty+" "+k.alg] == 1 {
			unambiguous = append(unambiguous, k)
		}
	}
	if len(unambiguous) == 0 {
		return nil, errors.New("the key set holds no key for signatures")
	}
	return unambiguous, nil
}

// discover finds jwks_uri in the issuer's metadata: RFC 8414, section 3.1, then OpenID
// Connect Discovery 1.0, section 4.
func discover(ctx context.Context, issuer string) (string, error) {
	var last error
	for _, address := range wellKnown(issuer) {
		var found metadata
		if _, last = get(ctx, address, &found); last != nil {
			continue
		}
		if found.Issuer != issuer {
			last = errors.New("the metadata is another issuer's")
			continue
		}
		if wrong := trustedURL(found.JWKSURI); wrong != "" {
			last = fmt.Errorf("jwks_uri %s", wrong)
			continue
		}
		return found.JWKSURI, nil
	}
	return "", last
}

// wellKnown lists where an issuer's metadata may be. RFC 8414 puts the well-known part
// before the issuer's path, OpenID behind it.
func wellKnown(issuer string) []string {
	openID := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	u, _ := url.Parse(issuer) // the policy has been checked
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	oauth := u.Scheme + "://" + u.Host + "/.well-known/oauth-authorization-server" + path
	return []string{oauth, openID}
}

// get reads a JSON document and returns the header it came with.
func get(ctx context.Context, address string, into any) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	body, header, err := exchange(request, maxDocument)
	if err != nil {
		return nil, err
	}
	return header, json.Unmarshal(body, into)
}
