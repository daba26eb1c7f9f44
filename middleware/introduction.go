package middleware

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// introduction is what the backend is told of who calls, compiled.
type introduction struct {
	headers     []policy.ClaimHeader // with canonical names
	own         map[string]bool      // the headers that a client cannot set, folded
	fold        *strings.Replacer
	credentials *token.Credentials // nil: the caller's token goes on
}

// unfit are headers that frame a request, route it, stay with one connection, or carry
// what the gate checks or sets in another way, as fold writes them, between spaces.
const unfit = " authorization connection cookie expect host http2-settings keep-alive proxy-authenticate " +
	"proxy-authorization proxy-connection te trailer transfer-encoding upgrade "

// headerChars make up a header's name: a token of RFC 9110, section 5.6.2. Those that are
// neither letter nor digit are marks, which some servers all turn into the same one.
const (
	headerMarks   = "!#$%&'*+-.^_`|~"
	headerChars   = headerMarks + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	markAndHyphen = "!-#-$-%-&-'-*-+---.-^-_-`-|-~-" // each mark, with what it becomes
)

// newIntroduction compiles what a route forwards of the caller; nil if there is nothing
// but the request.
func newIntroduction(p policy.Forward, path string, ps *policy.Problems) *introduction {
	i := &introduction{own: map[string]bool{}, fold: newFold()}
	for n, h := range p.Headers {
		at := path + ".headers[" + strconv.Itoa(n) + "]"
		folded := folded(i.fold, h.Name)
		if message := wrongHeader(h.Name, folded); message != "" {
			ps.Add(at+".name", "%q %s", h.Name, message)
		}
		if i.own[folded] {
			ps.Add(at+".name", "%q is another header's name, or may be taken for it", h.Name)
		}
		if h.Claim == "" {
			ps.Add(at+".claim", "required: the claim's name, such as sub")
		}
		i.own[folded] = true
		i.headers = append(i.headers, policy.ClaimHeader{Name: http.CanonicalHeaderKey(h.Name), Claim: h.Claim})
	}
	i.credentials = token.NewCredentials(p.Credentials, path+".credentials", ps)
	if len(i.headers) == 0 && i.credentials == nil {
		return nil
	}
	return i
}

func wrongHeader(name, folded string) string {
	if name == "" || strings.Trim(name, headerChars) != "" {
		return "is no header's name"
	}
	if strings.Contains(unfit, " "+folded+" ") {
		return "cannot be set from a claim"
	}
	if strings.HasPrefix(folded, "content-") {
		return "cannot be set from a claim: it describes the body"
	}
	return ""
}

// newFold replaces every mark of a header's name by a hyphen. CGI and its descendants
// write X-User and X_User as the same variable, and some do so with other marks.
func newFold() *strings.Replacer {
	return strings.NewReplacer(strings.Split(markAndHyphen, "")...)
}

func folded(fold *strings.Replacer, name string) string {
	return strings.ToLower(fold.Replace(name))
}

// introduce returns a copy of a request with the headers that tell the backend who calls,
// and without those by which the client might have done so itself. If claims is nil nobody
// is known to call: the headers are not set, and the Authorization header stays as it is.
// The refusal says that there is no token for the backend; the request then has none.
func introduce(i *introduction, r *http.Request, claims *token.Claims, at time.Time) (*http.Request, *Refusal) {
	out := r.WithContext(r.Context())
	out.Header = r.Header.Clone()
	out.Trailer = nil
	disown(i, out.Header)
	if claims == nil {
		return out, nil
	}
	for n := range i.headers {
		if text := claims.Named[i.headers[n].Claim]; text != "" {
			out.Header[i.headers[n].Name] = []string{text}
		}
	}
	if i.credentials == nil {
		return out, nil
	}
	delete(out.Header, "Authorization")
	delete(out.Header, "Dpop") // a proof goes with the token (RFC 9449, section 7.1)
	value, err := token.Obtain(r.Context(), i.credentials, at)
	if err != nil {
		return out, refuseCredentials(err, token.NextTry(i.credentials, at))
	}
	out.Header["Authorization"] = []string{value}
	return out, nil
}

// disown removes what only the gate may set.
func disown(i *introduction, header http.Header) {
	var found []string
	for name := range header {
		if i.own[folded(i.fold, name)] {
			found = append(found, name)
		}
	}
	for _, name := range found {
		delete(header, name)
	}
	if options := header["Connection"]; len(options) > 0 {
		delete(header, "Connection")
		if kept := connectionOptions(i, options); kept != "" {
			header["Connection"] = []string{kept}
		}
	}
}

// connectionOptions leaves those out by which a client could have a proxy remove what the
// gate sets (RFC 9110, section 7.6.1).
func connectionOptions(i *introduction, values []string) string {
	var kept []string
	for _, option := range strings.Split(strings.Join(values, ","), ",") {
		trimmed := strings.TrimSpace(option)
		name := folded(i.fold, trimmed)
		if !i.own[name] && !(name == "authorization" && i.credentials != nil) {
			kept = append(kept, trimmed)
		}
	}
	return strings.Join(kept, ", ")
}
