package sandbox

import (
	"errors"
	"net/http"
)

// The error codes of SalesIQ that the sandbox can produce.
const (
	codeInternal = 1001
	codePortal   = 1005
	codeURL      = 1006
	codeMethod   = 1010
	codeStream   = 1015
	codeHeader   = 1054
)

// fault is the error object of SalesIQ.
type fault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	JSONKey string `json:"json_key,omitempty"`
	Header  string `json:"header,omitempty"`
}

// Error makes a fault an error; its text is the message that a client reads.
func (f fault) Error() string {
	switch f.Code {
	case codePortal:
		return "Invalid portal or wrong screen name."
	case codeURL:
		return "Invalid URL"
	case codeMethod:
		return "Invalid Method."
	case codeStream:
		return "Either the input stream is invalid or absent"
	case codeHeader:
		return "Invalid header value"
	}
	return "Internal error"
}

func (f fault) status() int {
	if f.Code == codeInternal {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

func (f fault) envelope() map[string]fault {
	if f.Message == "" {
		f.Message = f.Error()
	}
	return map[string]fault{"error": f}
}

// asFault returns the fault in an error; anything else is internal.
func asFault(err error) fault {
	var known fault
	if errors.As(err, &known) {
		return known
	}
	return fault{Code: codeInternal, Message: err.Error()}
}
