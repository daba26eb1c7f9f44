package traffic

// field is what a member of a line is about.
type field int

// The fields, in the order of Spellings.
const (
	fieldNone field = iota
	fieldMethod
	fieldTarget
	fieldQuery
	fieldHost
	fieldLine
	fieldHeader
	fieldBody
	fieldBodyBase64
	fieldBodyEncoding
	fieldTime
	fieldStatus
	fieldOutcome
	fieldCode
	fieldSubject
	fieldClient
	fieldAddress
	fieldClaims
	fieldNested
	fieldAnswer
	fieldEnvelope
)

// Spelling lists the names under which a line may hold something.
type Spelling struct {
	field field

	// About says what it is.
	About string

	// Names are compared without regard to letter case and to the characters _ - . and
	// space: request_method is RequestMethod.
	Names []string
}

// Spellings returns the names that are understood. Where a line has several for the same
// thing, the first one in the line counts.
func Spellings() []Spelling {
	return []Spelling{
		{fieldMethod, "the method", []string{"method", "request_method", "http_method", "verb", "http.request.method"}},
		{fieldTarget, "the path or the URL, with the query", []string{"path", "uri", "url", "target", "request_path", "request_uri",
			"request_url", "request_target", "http_target", "http_url", "url.full", "url.original", "url.path", "full", "original"}},
		{fieldQuery, "the query, if it stands apart", []string{"query", "query_string", "args", "request_query", "url.query"}},
		{fieldHost, "the host", []string{"host", "request_host", "http_host", "authority", "vhost", "url.domain", "server.address"}},
		{fieldLine, "the request line, or an object with the members above and below", []string{"request", "request_line"}},
		{fieldHeader, "the header: an object of texts or lists of texts; or a list of {name, value}, of pairs, or of lines",
			[]string{"headers", "header", "request_headers", "http.request.headers"}},
		{fieldBody, "the body: a text, or the JSON document itself", []string{"body", "request_body", "req_body", "payload", "http.request.body",
			"http.request.body.content", "http.request.body.original"}},
		{fieldBodyBase64, "the body in Base64", []string{"body_base64", "request_body_base64", "body_b64"}},
		{fieldBodyEncoding, "base64, if the body is", []string{"body_encoding", "request_body_encoding"}},
		{fieldTime, "when the request came: RFC 3339, the form of common logs, or seconds, milli-, micro- or nanoseconds since 1970",
			[]string{"time", "timestamp", "@timestamp", "ts", "start_utc", "start_local", "start_time", "started_date_time", "time_iso8601",
				"time_local", "msec", "date", "datetime"}},
		{fieldStatus, "the status of the answer", []string{"status", "status_code", "response_status", "response_code", "http_status",
			"http_status_code", "http.response.status_code", "downstream_status"}},
		{fieldOutcome, "the gate's outcome: passed, admitted, refused, reported or answered", []string{"outcome"}},
		{fieldCode, "the gate's code of the refusal", []string{"code"}},
		{fieldSubject, "who called", []string{"subject", "sub", "user", "username", "user_id", "remote_user", "client_username"}},
		{fieldClient, "the client program", []string{"client_id", "azp", "consumer"}},
		{fieldAddress, "the client's address, which stands for a client that has no name", []string{"client_host", "client_ip", "client_addr",
			"remote_addr", "remote_ip", "remote_address", "ip", "client.address", "source.ip"}},
		{fieldClaims, "the claims of the token, instead of the token", []string{"claims", "token_claims", "jwt_claims"}},
		{fieldNested, "an object with such members", []string{"req", "http", "http_request"}},
		{fieldAnswer, "an object with the status", []string{"response", "resp", "res"}},
		{fieldEnvelope, "the line itself as a text, as container runtimes wrap it", []string{"log", "message", "msg"}},
	}
}

// longestName bounds what is worth a look.
const longestName = 64

// plain writes a name as it is compared. A name that is too long to be known is empty.
func plain(name []byte, into *[longestName]byte) []byte {
	if len(name) > longestName {
		return nil
	}
	out := into[:0]
	for _, b := range name {
		switch {
		case b == '_' || b == '-' || b == '.' || b == ' ':
		case b >= 'A' && b <= 'Z':
			out = append(out, b+'a'-'A')
		default:
			out = append(out, b)
		}
	}
	return out
}

// fieldsByName is Spellings for looking up.
func fieldsByName() map[string]field {
	fields := map[string]field{}
	for _, s := range Spellings() {
		for _, name := range s.Names {
			var buffer [longestName]byte
			fields[string(plain([]byte(name), &buffer))] = s.field
		}
	}
	return fields
}
