package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxBody is the longest request body that is read, in bytes.
const maxBody = 8 << 20

var (
	errTooLarge = errors.New("the body is too large")
	errNotJSON  = errors.New("the body is not one JSON document")
)

// readJSON returns the body if it is one JSON document in UTF-8.
func readJSON(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, errTooLarge
	}
	if err != nil || !utf8.Valid(text) || !json.Valid(text) {
		return nil, errNotJSON
	}
	return text, nil
}

// hasJSONType is true for a request without Content-Type too: few clients are that bare,
// and nothing they send can be mistaken for a form.
func hasJSONType(r *http.Request) bool {
	header := r.Header.Get("Content-Type")
	if header == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(header)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := encode(value)
	if err != nil {
		http.Error(w, `{"message":"the reply could not be written"}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	// A client that has gone away is not our problem.
	_, _ = w.Write(append(text, '\n'))
}

// encode is json.Marshal that leaves "<", ">" and "&" as they were sent.
func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}
