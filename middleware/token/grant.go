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
	// grantTimeout bounds one request for a token.
	grantTimeout = 10 * time.Second

	// maxGrant is the longest answer to one, in bytes.
	maxGrant = 64 << 10

	// unknownLife is how long a token counts whose server does not say it, and maxLife how
	// long one counts whatever its server says.
	unknownLife = 10 * time.Minute
	maxLife     = 24 * time.Hour
)

// grant is a token that the gate obtained.
type grant struct {
	value string
	life  time.Duration
}

// grantAnswer is the token endpoint's (RFC 6749, section 5). Zoho's older answers have the
// lifetime in milliseconds, with one in seconds beside it.
type grantAnswer struct {
	AccessToken  string          `json:"access_token"`
	TokenType    string          `json:"token_type"`
	ExpiresIn    json.Number     `json:"expires_in"`
	ExpiresInSec json.Number     `json:"expires_in_sec"`
	Error        json.RawMessage `json:"error"`
}

// requestToken asks the token endpoint once. The error says what went wrong, for the
// operator; it holds no secret, and of the answer no more than its error code.
func requestToken(c *Credentials, now time.Time) (grant, error) {
	ctx, cancel := context.WithTimeout(context.Background(), grantTimeout)
	defer cancel()
	request, err := grantRequest(ctx, c, now)
	if err != nil {
		return grant{}, err
	}
	response, body, err := send(request, maxGrant)
	if response == nil {
		if failed, ok := err.(*url.Error); ok {
			err = failed.Err // without the address, whose query may be a secret
		}
		return grant{}, fmt.Errorf("the token endpoint cannot be reached: %w", err)
	}
	if err != nil {
		return grant{}, fmt.Errorf("the token endpoint's answer breaks off or is longer than %d bytes", maxGrant)
	}
	return readGrant(c, response.StatusCode, body)
}

// grantRequest writes the request of RFC 6749, section 4.4.2 or 6, and RFC 8707, section 2.2.
func grantRequest(ctx context.Context, c *Credentials, now time.Time) (*http.Request, error) {
	password, err := readSecret(c.client.secret, now)
	if err != nil {
		return nil, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "audience": c.audiences, "resource": c.resources}
	if c.refresh != nil {
		refresh, err := readSecret(c.refresh, now)
		if err != nil {
			return nil, err
		}
		form.Set("grant_type", "refresh_token")
		form.Set("refresh_token", refresh)
	}
	if c.scopes != "" {
		form.Set("scope", c.scopes)
	}
	return formRequest(ctx, c.client, password, c.tokenURL, form)
}

// readGrant reads an answer. An error may come with status 200.
func readGrant(c *Credentials, status int, body []byte) (grant, error) {
	var answer grantAnswer
	err := json.Unmarshal(body, &answer)
	if err != nil || status != http.StatusOK || answer.AccessToken == "" || errorCode(answer.Error) != "" {
		return grant{}, fmt.Errorf("the token endpoint answered %d %s", status, errorCode(answer.Error))
	}
	if len(answer.AccessToken) > MaxLength || tokenSyntax(answer.AccessToken) != nil {
		return grant{}, errors.New("the token endpoint's token is not well-formed")
	}
	if kind := answer.TokenType; kind != "" && !strings.EqualFold(kind, "Bearer") && !strings.EqualFold(kind, c.scheme) {
		return grant{}, errors.New("the token endpoint's token is not a bearer token")
	}
	life, ok := lifetime(answer)
	if !ok {
		return grant{}, errors.New("the token endpoint's token has no lifetime that makes sense")
	}
	return grant{value: answer.AccessToken, life: life}, nil
}

// errorLetters make up an error code that may be told. Secrets are made of more.
const errorLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ "

// errorCode returns the error of an answer; "" if there is none.
func errorCode(raw json.RawMessage) string {
	var code string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return ""
	case json.Unmarshal(raw, &code) != nil || len(code) > 40 || strings.Trim(code, errorLetters) != "":
		return "with an error"
	}
	return code
}

// lifetime reads how long a token is good for, in both dialects.
func lifetime(answer grantAnswer) (time.Duration, bool) {
	text := orText(answer.ExpiresInSec.String(), answer.ExpiresIn.String())
	if text == "" {
		return unknownLife, true
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || seconds <= 0 {
		return 0, false
	}
	if seconds > maxLife.Seconds() {
		return maxLife, true
	}
	return time.Duration(seconds * float64(time.Second)), true
}
