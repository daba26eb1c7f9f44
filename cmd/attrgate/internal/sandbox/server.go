package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// Options says what a Server knows and how it answers; the zero value is usable.
type Options struct {
	// Sessions are the channel sessions that exist: letters, digits, "_" and "-", at most 64.
	// Default: every id exists.
	Sessions []string
	// ErrorsAs200 answers SalesIQ errors with status 200, as its document says. Default: 400.
	ErrorsAs200 bool
	// DataFile keeps the state over a restart; one process at a time may use it.
	// Default: the state is lost at the end.
	DataFile string
}

// Server answers both APIs and remembers the updates it was sent. Safe for concurrent use.
type Server struct {
	store         store
	conversations conversations
	sessions      sessions
}

// New returns a Server; all problems of the options come in one error.
// The caller closes it. A locked data file is waited for one second.
func New(options Options) (*Server, error) {
	known, err := knownSessions(options.Sessions)
	if err != nil {
		return nil, err
	}
	conversation, err := parseObject([]byte(conversationSample))
	if err != nil {
		return nil, fmt.Errorf("conversation sample: %w", err)
	}
	session, err := parseObject([]byte(sessionSample))
	if err != nil {
		return nil, fmt.Errorf("channel session sample: %w", err)
	}
	store, err := openStore(options.DataFile)
	if err != nil {
		return nil, err
	}
	return &Server{
		store:         store,
		conversations: conversations{sample: conversation, store: store, errorsAs200: options.ErrorsAs200},
		sessions:      sessions{sample: session, store: store, known: known},
	}, nil
}

// ServeHTTP answers one request; a path of neither API gets a JSON 404.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := split(r.URL); {
	case path.matches("api", "v2", "*", "conversations", "*"):
		s.conversations.serve(w, r, path[2], path[4])
	case path.matches("forms", "*"):
		s.sessions.serve(w, r, path[1])
	case path.matches("forms"):
		serveForm(w, r)
	default:
		writeSpringError(w, r, http.StatusNotFound, "the sandbox has no such path")
	}
}

// Close releases the data file; requests that come later are answered with an error.
func (s *Server) Close() error {
	return s.store.Close()
}

func openStore(dataFile string) (store, error) {
	if dataFile == "" {
		return newMemoryStore(), nil
	}
	return openFileStore(dataFile)
}

func knownSessions(ids []string) (map[string]bool, error) {
	var problems []error
	known := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !isID(id) {
			problems = append(problems, fmt.Errorf("session %q: not a channel session id", id))
		}
		known[id] = true
	}
	return known, errors.Join(problems...)
}
