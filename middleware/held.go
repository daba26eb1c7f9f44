package middleware

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

// held is the ResponseWriter of a first try. It holds an answer back until it is known
// whether the backend accepted the gate's token, and passes it on then, or drops it.
type held struct {
	w       http.ResponseWriter
	another func() bool // has another token obtained, and tells whether there is one
	state   int
	status  int
	header  http.Header // as it was with the status; what comes later is a trailer
	body    bytes.Buffer
}

// The states of an answer.
const (
	waiting  = iota // for its status
	holding         // its body may hold an error
	passing         // it goes to the client as it comes
	dropping        // the client gets the next one
)

const (
	// maxHeld is the longest body that is looked at, in bytes, unpacked too.
	maxHeld = 64 << 10

	// salesIQInvalidToken is SalesIQ's error code for a token that is not good. It comes
	// with status 200 or 400.
	salesIQInvalidToken = "1008"
)

// Header implements http.ResponseWriter.
func (h *held) Header() http.Header { return h.w.Header() }

// WriteHeader implements http.ResponseWriter. Informational answers are for the gate only.
func (h *held) WriteHeader(status int) {
	if h.state == passing {
		h.w.WriteHeader(status)
		return
	}
	if h.state != waiting || (status < http.StatusOK && status != http.StatusSwitchingProtocols) {
		return
	}
	h.status = status
	switch {
	case status == http.StatusUnauthorized && h.another():
		h.state = dropping
	case mayHoldError(status, h.w.Header()):
		h.state = holding
		h.header = h.w.Header().Clone()
	default:
		pass(h)
	}
}

// Write implements http.ResponseWriter.
func (h *held) Write(p []byte) (int, error) {
	if h.state == waiting {
		h.WriteHeader(http.StatusOK)
	}
	switch h.state {
	case passing:
		return h.w.Write(p)
	case holding:
		_, _ = h.body.Write(p) // memory does not fail
		if h.body.Len() > maxHeld {
			pass(h)
		}
	}
	return len(p), nil
}

// pass lets the answer go to the client, with what was held back of it.
func pass(h *held) {
	if h.state != holding {
		h.state = passing
		h.w.WriteHeader(h.status)
		return
	}
	h.state = passing
	late := h.w.Header().Clone()
	restore(h.w.Header(), h.header)
	h.w.WriteHeader(h.status)
	restore(h.w.Header(), late)
	_, _ = h.w.Write(h.body.Bytes()) // a client that is gone has nobody to tell
	h.body = bytes.Buffer{}
}

// finish is for the end of the answer. It tells whether the request is to be sent again.
func finish(h *held) bool {
	if h.state != holding {
		return h.state == dropping
	}
	if saysInvalidToken(h.body.Bytes(), h.w.Header()) && h.another() {
		return true
	}
	pass(h)
	return false
}

// mayHoldError tells whether a body is worth holding back.
func mayHoldError(status int, header http.Header) bool {
	if status != http.StatusOK && status != http.StatusBadRequest {
		return false
	}
	if length, err := strconv.Atoi(header.Get("Content-Length")); err == nil && length > maxHeld {
		return false
	}
	coding := header.Get("Content-Encoding")
	return (coding == "" || coding == "gzip") && jsonType(header["Content-Type"])
}

// nativeError is the part of SalesIQ's error envelope that we look at.
type nativeError struct {
	Error struct {
		Code json.Number `json:"code"`
	} `json:"error"`
}

func saysInvalidToken(body []byte, header http.Header) bool {
	if header.Get("Content-Encoding") == "gzip" {
		body = unpacked(body)
	}
	var found nativeError
	return json.Unmarshal(body, &found) == nil && found.Error.Code.String() == salesIQInvalidToken
}

// unpacked returns what a body holds; nil if it cannot be unpacked or is too long.
func unpacked(body []byte) []byte {
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(reader, maxHeld+1))
	if err != nil || len(text) > maxHeld {
		return nil
	}
	return text
}
