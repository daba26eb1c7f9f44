package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// fetchTimeout bounds one fetch, discovery included.
	fetchTimeout = 10 * time.Second

	// maxDocument is the largest metadata or key set document, in bytes.
	maxDocument = 1 << 20

	// maxKeys is how many keys of a set are used.
	maxKeys = 100
)

// metadata is an authorization server's, as far as we read it (RFC 8414, section 2).
type metadata struct {
	Issuer  string `json:"issuer"`
	JWKSURI string `json:"jwks_uri"`
}

// fetchKeys gets an issuer's key set from its URL, or from where its metadata says.
func fetchKeys(issuer, jwksURL string) ([]*key, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	if jwksURL == "" {
		discovered, err := discover(ctx, issuer)
		if err != nil {
			return nil, err
		}
		jwksURL = discovered
	}
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := get(ctx, jwksURL, &document); err != nil {
		return nil, err
	}
	return usableKeys(document.Keys)
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
		if last = get(ctx, address, &found); last != nil {
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
	u, err := url.Parse(issuer)
	if err != nil {
		return []string{openID}
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	oauth := u.Scheme + "://" + u.Host + "/.well-known/oauth-authorization-server" + path
	return []string{oauth, openID}
}

// get reads a JSON document.
func get(ctx context.Context, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	body, err := exchange(request, maxDocument)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

// errDeclined denotes the answer 400: something is wrong with this one question (RFC 6749,
// section 5.2), which says nothing about the next.
var errDeclined = errors.New("the question was declined")

// exchange sends a request and reads the body of the answer, which must be 200 and not
// longer than limit bytes. Redirects are not followed: whom to ask is for the policy to
// say, and a question may hold secrets.
func exchange(request *http.Request, limit int64) ([]byte, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusBadRequest {
		return nil, errDeclined
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", request.URL, response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("%s answered with more than %d bytes", request.URL, limit)
	}
	return body, nil
}
