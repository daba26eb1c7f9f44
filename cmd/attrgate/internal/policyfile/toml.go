package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// readTOML writes the document as JSON. Dates, which JSON has no word for, become text.
func readTOML(data []byte) source {
	document := map[string]any{}
	if err := toml.Unmarshal(data, &document); err != nil {
		return unreadableTOML(err)
	}
	text, err := json.Marshal(document)
	if err != nil { // infinity and NaN
		return unreadable(position{1, 1}, "a number that JSON does not have: "+err.Error())
	}
	w := tomlWalk{data: data, positions: positions{"": {1, 1}}, tables: map[string]int{}}
	w.parser.Reset(data)
	for w.parser.NextExpression() {
		w.expression(w.parser.Expression())
	}
	return source{json: text, positions: w.positions}
}

func unreadableTOML(err error) source {
	var fault *toml.DecodeError
	if !errors.As(err, &fault) {
		return unreadable(position{1, 1}, "not TOML: "+err.Error())
	}
	line, column := fault.Position()
	return unreadable(position{line, column}, "not TOML: "+strings.TrimPrefix(fault.Error(), "toml: "))
}

// tomlWalk goes through the expressions of a document that is well-formed and notes where
// things are.
type tomlWalk struct {
	data      []byte
	parser    unstable.Parser
	positions positions
	tables    map[string]int // how many of each list of tables there are so far
	table     string         // the path of the table that the next keys belong to
}

func (w *tomlWalk) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.Table:
		w.table = w.key(n.Key(), "")
	case unstable.ArrayTable:
		list := w.name(n.Key())
		at := w.positions[list]
		w.table = element(list, w.tables[list])
		w.tables[list]++
		w.positions[w.table] = at
	case unstable.KeyValue:
		w.value(n.Value(), w.key(n.Key(), w.table))
	}
}

// name is the path of a list of tables, without the index of its next one.
func (w *tomlWalk) name(keys unstable.Iterator) string {
	path, last := "", ""
	for keys.Next() {
		path = w.within(last)
		last = field(path, string(keys.Node().Data))
		w.note(last, keys.Node())
	}
	return last
}

// key notes where a dotted key stands and returns its path.
func (w *tomlWalk) key(keys unstable.Iterator, path string) string {
	for keys.Next() {
		path = field(w.within(path), string(keys.Node().Data))
		w.note(path, keys.Node())
	}
	return path
}

// within is the path itself, or that of the newest table of a list.
func (w *tomlWalk) within(path string) string {
	if count := w.tables[path]; count > 0 {
		return element(path, count-1)
	}
	return path
}

func (w *tomlWalk) note(path string, key *unstable.Node) {
	if _, known := w.positions[path]; known && w.tables[path] == 0 {
		return
	}
	raw := w.parser.Raw(key.Raw)
	w.positions[path] = locate(w.data, int(key.Raw.Offset)+len(raw)-len(bytes.TrimLeft(raw, " \t")))
}

func (w *tomlWalk) value(n *unstable.Node, path string) {
	switch n.Kind {
	case unstable.InlineTable:
		for fields := n.Children(); fields.Next(); {
			w.value(fields.Node().Value(), w.key(fields.Node().Key(), path))
		}
	case unstable.Array:
		i := 0
		for items := n.Children(); items.Next(); i++ {
			w.positions[element(path, i)] = w.positions[path]
			w.value(items.Node(), element(path, i))
		}
	}
}
