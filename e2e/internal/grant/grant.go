// Package grant reads what authorization servers answer to those who ask for a token.
package grant

import (
	"encoding/json"
	"fmt"
)

// AccessToken returns the token in the answer of a token endpoint (RFC 6749, section 5.1).
func AccessToken(answer []byte) (string, error) {
	var said struct {
		AccessToken string `json:"access_token"`
	}
	err := json.Unmarshal(answer, &said)
	if err == nil && said.AccessToken == "" {
		err = fmt.Errorf("no access token in %s", answer)
	}
	return said.AccessToken, err
}
