package policytest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Update writes what happened into the case's folder as its expectation:
// forwarded.http or refused.http, whichever it was, and decision.json if the door
// reported a decision. An outcome that no file can express is an error.
func (c Case) Update(o Outcome) error {
	if len(o.Received) > 1 || len(o.Decisions) > 1 {
		return errors.New("more than one request reached the backend, or more than one decision was reported")
	}
	var err error
	if len(o.Received) == 1 {
		err = c.writeForwarded(o)
	} else {
		err = c.replace(refusedFile, forwardedFile, answerFile(o.Answer).Bytes())
	}
	if err != nil || len(o.Decisions) == 0 {
		return err
	}
	return os.WriteFile(filepath.Join(c.Dir, decisionFile), decisionText(o.Decisions[0]), 0o644)
}

func (c Case) writeForwarded(o Outcome) error {
	want, got := c.replyViews(o.Answer)
	if found := compare("reply", want, got); found != nil {
		return errors.New(found[0].String())
	}
	return c.replace(forwardedFile, refusedFile, c.forwardedMessage(o.Received[0]).Bytes())
}

// replace writes one file and removes the one that contradicts it.
func (c Case) replace(name, other string, content []byte) error {
	err := os.Remove(filepath.Join(c.Dir, other))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(filepath.Join(c.Dir, name), content, 0o644)
}

// forwardedMessage keeps the order of request.http, then adds what the door added.
// The framing is left out: it follows from the body. So is Host: whether the backend
// gets the client's or its own is for the proxy behind the door to say.
func (c Case) forwardedMessage(received Message) Message {
	m := Message{Head: []string{received.Start()}, Body: received.Body}
	names := append(c.Request.Names(), received.Names()...)
	written := map[string]bool{"Content-Length": true, "Transfer-Encoding": true, "Host": true}
	for _, name := range names {
		if !written[name] {
			written[name] = true
			m.Head = append(m.Head, named(name, received.Values(name))...)
		}
	}
	return m
}

// answerFile leaves out what differs from run to run and from door to door.
func answerFile(answer Message) Message {
	m := Message{Head: []string{answer.Start()}, Body: answer.Body}
	for _, name := range answer.Names() {
		if name != "Date" && name != "Content-Length" && name != "Connection" {
			m.Head = append(m.Head, named(name, answer.Values(name))...)
		}
	}
	return m
}
