package policytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Setup is what an [Opener] builds a handler from.
type Setup struct {
	// Policy is the case's policy: JSON, or YAML if PolicyFile is a policy.yaml.
	Policy []byte
	// PolicyFile is the path of the policy's file.
	PolicyFile string
	// Backend is what the handler guards: a reverse proxy to the recording backend.
	Backend http.Handler
	// Decided takes the decision about a request, any value that encoding/json can
	// write. A door that cannot tell them does not call it; see Runner.Blind.
	Decided func(decision any)
}

// Opener builds the handler under test for one case.
type Opener func(Setup) (http.Handler, error)

// Runner runs cases through a handler in this process. Only Open is needed.
type Runner struct {
	// Open builds the handler of each case.
	Open Opener
	// Door is the name by which doors.json may exclude a case. Empty: no case is excluded.
	Door string
	// Blind says that the door cannot tell all of its decisions: decision.json is
	// compared where one is reported, and no case fails for want of one.
	Blind bool
	// Update makes Test rewrite the expectations instead of comparing them.
	Update bool
	// Timeout is for one request. Zero: 10 seconds.
	Timeout time.Duration
}

// Outcome is what happened to the request of a case.
type Outcome struct {
	// Answer is what the client got.
	Answer Message
	// Received holds what reached the backend, in order.
	Received []Message
	// Decisions holds the decisions that the door reported, as JSON; nil where the
	// door cannot tell.
	Decisions []json.RawMessage
}

// Run sends the case's request through a handler of its own and returns what
// happened. An error means that the case could not be run.
func (r Runner) Run(c Case) (Outcome, error) {
	recording := &Backend{}
	backend, err := serve(recording)
	if err != nil {
		return Outcome{}, err
	}
	defer backend.stop()
	var decisions decisionList
	handler, err := r.Open(Setup{Policy: c.Policy, PolicyFile: c.PolicyFile, Backend: forwardTo(backend.address), Decided: decisions.add})
	if err != nil {
		return Outcome{}, fmt.Errorf("open: %w", err)
	}
	answer, err := r.exchange(handler, c.Request)
	if err != nil {
		return Outcome{}, err
	}
	reported, err := decisions.take()
	if r.Blind && len(reported) == 0 {
		reported = nil
	}
	return Outcome{Answer: answer, Received: recording.Take(), Decisions: reported}, err
}

// exchange returns when the answer has been read and the handler has returned.
func (r Runner) exchange(handler http.Handler, request Message) (Message, error) {
	door, err := serve(handler)
	if err != nil {
		return Message{}, err
	}
	answer, err := Client{Timeout: r.Timeout}.Send(door.address, request)
	if err != nil {
		_ = door.http.Close() // a handler that does not answer may not return either
		return Message{}, fmt.Errorf("%w\n%s", err, door.log.String())
	}
	door.stop()
	return answer, nil
}

// decisionList collects decisions as JSON. It is never nil: an empty list is a door
// that could have told and did not.
type decisionList struct {
	mu   sync.Mutex
	list []json.RawMessage
	err  error
}

func (l *decisionList) add(decision any) {
	text, err := json.Marshal(decision)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, text)
	l.err = errors.Join(l.err, err)
}

func (l *decisionList) take() ([]json.RawMessage, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]json.RawMessage{}, l.list...), l.err
}
