package policytest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Difference is one way in which an outcome is not what a case expects.
type Difference struct {
	// Part is the file that says otherwise, or "reply" for the backend's reply.
	Part string
	// Detail explains, with the lines that differ: "-" expected, "+" got.
	Detail string
}

// String implements fmt.Stringer.
func (d Difference) String() string {
	return d.Part + ": " + d.Detail
}

// Check compares an outcome with what the case expects. No difference: the case holds.
func (c Case) Check(o Outcome) []Difference {
	var found []Difference
	switch {
	case c.Forwarded != nil:
		found = c.checkForwarded(o)
	case c.Refused != nil:
		found = c.checkRefused(o)
	default:
		found = []Difference{{requestFile, "the case has neither " + forwardedFile + " nor " + refusedFile}}
	}
	return append(found, c.checkDecision(o)...)
}

func (c Case) checkForwarded(o Outcome) []Difference {
	if len(o.Received) != 1 {
		return []Difference{{forwardedFile, fmt.Sprintf(
			"%d requests reached the backend, want 1; the client got:\n%s", len(o.Received), indent(answerFile(o.Answer)))}}
	}
	want, got := c.requestViews(o.Received[0])
	found := compare(forwardedFile, want, got)
	want, got = c.replyViews(o.Answer)
	return append(found, compare("reply", want, got)...)
}

func (c Case) checkRefused(o Outcome) []Difference {
	want, got := answerViews(*c.Refused, o.Answer)
	found := compare(refusedFile, want, got)
	for _, message := range o.Received {
		found = append(found, Difference{refusedFile, "a request reached the backend:\n" + indent(message)})
	}
	return found
}

func (c Case) checkDecision(o Outcome) []Difference {
	if c.Decision == nil || o.Decisions == nil {
		return nil
	}
	if len(o.Decisions) != 1 {
		return []Difference{{decisionFile, fmt.Sprintf("%d decisions were reported, want 1", len(o.Decisions))}}
	}
	want, got := decisionText(c.Decision), decisionText(o.Decisions[0])
	return compare(decisionFile, textLines(want), textLines(got))
}

func compare(part string, want, got []string) []Difference {
	if reflect.DeepEqual(want, got) {
		return nil
	}
	return []Difference{{part, "-expected +got\n" + lineDiff(want, got)}}
}

// decisionText writes a decision so that equal decisions have equal text: members
// sorted, no duration.
func decisionText(raw []byte) []byte {
	var value map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return raw // not an object: compared as it is
	}
	delete(value, "duration")
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return raw
	}
	return append(text, '\n')
}

func indent(m Message) string {
	return lineDiff(nil, append(append(append([]string{}, m.Head...), ""), textLines(m.Body)...))
}
