package sandbox

import (
	"errors"
	"net/http"
	"time"
)

// springError is the error object of Spring Boot, on which ExpertFlow is built.
type springError struct {
	Timestamp string `json:"timestamp"`
	Status    int    `json:"status"`
	Error     string `json:"error"`
	Message   string `json:"message"`
	Path      string `json:"path"`
}

// springFault is a request that ExpertFlow cannot serve: the status and the message of its answer.
type springFault struct {
	status  int
	message string
}

var (
	errMethod    = springFault{http.StatusMethodNotAllowed, "the method is not supported here"}
	errMediaType = springFault{http.StatusUnsupportedMediaType, "the content type is not supported, send application/json"}
)

// Error makes a springFault an error.
func (f springFault) Error() string {
	return f.message
}

// readSpringBody is readJSON with the faults of ExpertFlow.
func readSpringBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if !hasJSONType(r) {
		return nil, errMediaType
	}
	text, err := readJSON(w, r)
	if errors.Is(err, errTooLarge) {
		return nil, springFault{http.StatusRequestEntityTooLarge, err.Error()}
	}
	if err != nil {
		return nil, springFault{http.StatusBadRequest, err.Error()}
	}
	return text, nil
}

// answerSpringFault answers with the fault in an error; anything else is internal.
func answerSpringFault(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	var known springFault
	if errors.As(err, &known) {
		status = known.status
	}
	writeSpringError(w, r, status, err.Error())
}

func writeSpringError(w http.ResponseWriter, r *http.Request, status int, message string) {
	writeJSON(w, status, springError{
		Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.000-07:00"),
		Status:    status,
		Error:     http.StatusText(status),
		Message:   message,
		Path:      r.URL.EscapedPath(),
	})
}
