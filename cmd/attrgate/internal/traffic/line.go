package traffic

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// Lines takes lines of a log apart. It is safe for concurrent use.
type Lines struct {
	fields map[string]field
}

// NewLines returns a Lines that knows Spellings.
func NewLines() *Lines { return &Lines{fieldsByName()} }

var (
	errNotJSON  = errors.New("not a JSON object")
	errEncoding = errors.New("the body cannot be decoded")
)

// draft is a record in the making.
type draft struct {
	Record
	query    string
	address  string
	coded    bool   // the body is in Base64
	envelope []byte // another line within this one
}

// maxEnvelopes bounds how often a line may be wrapped.
const maxEnvelopes = 3

// Parse reads the record of one line. Text before the object, such as the time that a
// container runtime writes, is passed over.
func (l *Lines) Parse(line []byte) (Record, error) {
	for range maxEnvelopes {
		object, err := objectIn(line)
		if err != nil {
			return Record{}, err
		}
		d := draft{Record: Record{Partial: true, NoBody: true}}
		l.take(object, &d, true)
		if d.Method == "" && d.envelope != nil {
			line = d.envelope
			continue
		}
		return d.finish()
	}
	return Record{}, errNoMethod
}

func objectIn(line []byte) ([]byte, error) {
	start := bytes.IndexByte(line, '{')
	if start < 0 {
		return nil, errNotJSON
	}
	object := bytes.TrimSpace(line[start:])
	if !json.Valid(object) {
		return nil, errNotJSON
	}
	return object, nil
}

// take notes what the members of an object say. Requests may be described in an object
// within the line; whole says that this is the line.
func (l *Lines) take(object []byte, d *draft, whole bool) {
	members(object, func(name, value []byte) {
		var buffer [longestName]byte
		what := l.fields[string(plain(name, &buffer))]
		switch nested := value[0] == '{'; {
		case what == fieldNone:
			d.takeHeaderMember(name, value)
		case nested && what == fieldAnswer:
			l.takeAnswer(value, d)
		case nested && (what == fieldLine || what == fieldNested || what == fieldTarget):
			l.take(value, d, false)
		case what == fieldEnvelope && whole && value[0] == '"':
			d.takeEnvelope(value)
		default:
			d.takeField(what, value)
		}
	})
}

// takeAnswer looks for the status only: an answer has a header and a body too.
func (l *Lines) takeAnswer(object []byte, d *draft) {
	members(object, func(name, value []byte) {
		var buffer [longestName]byte
		if l.fields[string(plain(name, &buffer))] == fieldStatus {
			d.takeField(fieldStatus, value)
		}
	})
}

func (d *draft) takeEnvelope(value []byte) {
	if text := textOf(value); strings.Contains(text, "{") && d.envelope == nil {
		d.envelope = []byte(text)
	}
}

// texts are the fields that are texts.
func (d *draft) texts(what field) *string {
	switch what {
	case fieldMethod:
		return &d.Method
	case fieldTarget:
		return &d.Target
	case fieldQuery:
		return &d.query
	case fieldHost:
		return &d.Host
	case fieldOutcome:
		return &d.Logged.Outcome
	case fieldCode:
		return &d.Logged.Code
	case fieldSubject:
		return &d.Subject
	case fieldClient:
		return &d.Client
	case fieldAddress:
		return &d.address
	}
	return nil
}

func (d *draft) takeField(what field, value []byte) {
	if what == fieldCode && value[0] != '"' {
		what = fieldStatus // other programs call it so
	}
	if text := d.texts(what); text != nil {
		if *text == "" {
			*text = textOf(value)
		}
		return
	}
	switch what {
	case fieldLine:
		d.takeLine(textOf(value))
	case fieldHeader:
		d.takeHeader(value)
	case fieldBody, fieldBodyBase64:
		d.coded = d.coded || what == fieldBodyBase64
		d.takeBody(value)
	case fieldBodyEncoding:
		d.coded = d.coded || strings.EqualFold(textOf(value), "base64")
	case fieldTime:
		if d.Time.IsZero() {
			d.Time = timeOf(textOf(value))
		}
	case fieldStatus:
		if status, err := strconv.Atoi(textOf(value)); err == nil && d.Logged.Status == 0 {
			d.Logged.Status = status
		}
	case fieldClaims:
		if value[0] == '{' {
			d.Claims = value
		}
	}
}

// takeLine reads a request line, such as "PUT /forms/1 HTTP/1.1".
func (d *draft) takeLine(line string) {
	method, rest, ok := strings.Cut(line, " ")
	if !ok || d.Method != "" {
		return
	}
	d.Method = method
	d.Target, _, _ = strings.Cut(rest, " HTTP/")
}

// takeBody takes a body that is there: logs write - or null where they have none.
func (d *draft) takeBody(value []byte) {
	switch {
	case !d.NoBody || value[0] == 'n' || string(value) == `"-"`:
	case value[0] == '"':
		d.Body, d.NoBody = []byte(textOf(value)), false
	default:
		d.Body, d.NoBody = value, false
	}
}

func (d *draft) finish() (Record, error) {
	if d.query != "" && d.query != "-" && !strings.Contains(d.Target, "?") {
		d.Target += "?" + strings.TrimPrefix(d.query, "?")
	}
	if d.coded && !d.NoBody {
		body, err := base64.StdEncoding.AppendDecode(nil, d.Body)
		if err != nil {
			return Record{}, errEncoding
		}
		d.Body = body
	}
	for _, text := range []*string{&d.Subject, &d.Client, &d.address} {
		if *text == "-" {
			*text = ""
		}
	}
	if d.Client == "" {
		d.Client = withoutPort(d.address)
	}
	d.Method = strings.TrimSpace(d.Method)
	err := d.settle()
	return d.Record, err
}

// addHeader notes a value of a header field.
func (d *draft) addHeader(name, value string) {
	if d.Header == nil {
		d.Header = http.Header{}
	}
	name = http.CanonicalHeaderKey(name)
	d.Header[name] = append(d.Header[name], value)
}
