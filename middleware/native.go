package middleware

import (
	"net/http"
	"strings"
	"time"
)

// salesIQEnvelope is an error as SalesIQ writes it. SalesIQ's documentation has it under
// status 200; here it comes with the status of the refusal, which proxies and logs read.
type salesIQEnvelope struct {
	Error salesIQProblem `json:"error"`
}

type salesIQProblem struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	JSONKey string `json:"json_key,omitempty"`
	Param   string `json:"param,omitempty"`
	Header  string `json:"header,omitempty"`
}

func salesIQError(r *Refusal) salesIQEnvelope {
	e := salesIQProblem{Code: salesIQCode(r), Message: r.Detail, Param: r.Variable}
	if r.Code == UnsupportedMediaType {
		e.Header = "Content-Type"
	}
	if len(r.Violations) > 0 {
		e.JSONKey = jsonKey(r.Violations[0].Pointer)
	}
	return salesIQEnvelope{Error: e}
}

// salesIQCode is the code in SalesIQ's list of errors that says the same.
func salesIQCode(r *Refusal) int {
	switch r.Code {
	case AmbiguousPath:
		return 1006 // invalid URL
	case InvalidPath:
		if r.Variable == "screen_name" {
			return 1005 // invalid portal or wrong screen name
		}
		return 1006
	case MethodOverride:
		return 1004 // invalid request type
	case TokenMissing, InvalidRequest:
		return 1002 // invalid authorization header
	case InvalidToken, InvalidProof:
		return 1008 // invalid OAuth token
	case InsufficientScope:
		return 1009 // invalid OAuth scope
	case RateLimited:
		return 1023 // too many requests
	case UnsupportedMediaType:
		return 1054 // invalid header value
	case TooLarge, BodyTimeout, MalformedJSON, InvalidShape:
		return 1015 // the input stream is invalid or absent
	case InvalidAttributes:
		return 1007 // invalid data types
	}
	return 1001 // internal error
}

// jsonKey writes a JSON pointer as SalesIQ names places: a.b or a[0].b.
func jsonKey(pointer string) string {
	key := ""
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		switch {
		case part != "" && strings.Trim(part, "0123456789") == "":
			key += "[" + part + "]"
		case key == "":
			key = part
		default:
			key += "." + part
		}
	}
	return key
}

// springError is an error as the Spring services of ExpertFlow write it. That they do is an
// assumption: the vendor documents the form for 403 alone.
type springError struct {
	Timestamp string `json:"timestamp"`
	Status    int    `json:"status"`
	Error     string `json:"error"`
	Message   string `json:"message"`
	Path      string `json:"path"`
}

// oauthError is an error as the vendor's authorization answers it.
type oauthError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

func expertFlowError(r *Refusal, request *http.Request) any {
	switch r.Status {
	case http.StatusForbidden:
		return oauthError{Error: "access_denied", Description: "not_authorized"}
	case http.StatusUnauthorized:
		return oauthError{Error: "unauthorized", Description: r.Detail}
	}
	message := r.Detail
	if len(r.Violations) > 0 {
		v := r.Violations[0]
		message += ": " + v.Pointer + ": want " + v.Want + ", got " + v.Got
	}
	return springError{
		Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00"),
		Status:    r.Status, Error: http.StatusText(r.Status), Message: message, Path: request.URL.Path,
	}
}
