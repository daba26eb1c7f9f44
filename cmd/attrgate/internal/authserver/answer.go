package authserver

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// tokenError is the answer to a token request that is not granted (RFC 6749,
// section 5.2). Nothing of the request is repeated in it.
type tokenError struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

var (
	errInvalidClient    = &tokenError{http.StatusUnauthorized, "invalid_client", "the client is unknown or its secret is wrong"}
	errInvalidScope     = &tokenError{http.StatusBadRequest, "invalid_scope", "the client may not have all of these scopes"}
	errUnsupportedGrant = &tokenError{http.StatusBadRequest, "unsupported_grant_type", "only client_credentials is supported"}
	errServer           = &tokenError{http.StatusInternalServerError, "server_error", "the token could not be signed"}
)

func invalidRequest(description string) *tokenError {
	return &tokenError{http.StatusBadRequest, "invalid_request", description}
}

func (e *tokenError) write(w http.ResponseWriter) {
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="attrgate demo", charset="UTF-8"`)
	}
	writeJSON(w, e.status, e)
}

// writeJSON answers with something that must not be stored anywhere (RFC 6749,
// section 5.1).
func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// document answers every request with the same JSON text.
func document(value any) (http.Handler, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("authserver: rendering a document: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	}), nil
}
