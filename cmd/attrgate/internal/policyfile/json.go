package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
)

func readJSON(data []byte) source {
	var document json.RawMessage
	err := json.Unmarshal(data, &document)
	if fault := (*json.SyntaxError)(nil); errors.As(err, &fault) && len(bytes.TrimSpace(data)) > 0 {
		return unreadable(locate(data, max(0, int(fault.Offset)-1)), "not JSON: "+fault.Error())
	}
	if err != nil {
		return source{} // empty: policy.Parse has the words for it
	}
	w := jsonWalk{data: data, decoder: json.NewDecoder(bytes.NewReader(data)), positions: positions{}}
	w.positions[""] = w.next()
	w.value("")
	return source{json: data, positions: w.positions}
}

// jsonWalk goes through a well-formed document and notes where things are.
type jsonWalk struct {
	data      []byte
	decoder   *json.Decoder
	positions positions
}

func (w *jsonWalk) value(path string) {
	token, _ := w.decoder.Token() // well-formed: cannot fail
	switch token {
	case json.Delim('{'):
		for w.decoder.More() {
			w.member(path)
		}
		_, _ = w.decoder.Token()
	case json.Delim('['):
		for i := 0; w.decoder.More(); i++ {
			w.positions[element(path, i)] = w.next()
			w.value(element(path, i))
		}
		_, _ = w.decoder.Token()
	}
}

func (w *jsonWalk) member(path string) {
	at := w.next()
	token, _ := w.decoder.Token()
	name, _ := token.(string)
	w.positions[field(path, name)] = at
	w.value(field(path, name))
}

// next is where the next token starts.
func (w *jsonWalk) next() position {
	offset := int(w.decoder.InputOffset())
	rest := bytes.TrimLeft(w.data[offset:], " \t\r\n,:")
	return locate(w.data, len(w.data)-len(rest))
}
