package middleware

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// checkMedia asks for JSON in UTF-8 without any coding. Without it, a backend might read
// other bytes than the gate did.
func checkMedia(r *http.Request) *Refusal {
	switch {
	case len(r.Header["Content-Encoding"]) > 0:
		return unsupported("the body must be sent without a Content-Encoding")
	case !jsonType(r.Header["Content-Type"]):
		return unsupported("the Content-Type must be application/json, in UTF-8")
	}
	return nil
}

func unsupported(detail string) *Refusal {
	return &Refusal{Status: http.StatusUnsupportedMediaType, Code: UnsupportedMediaType, Detail: detail}
}

func jsonType(values []string) bool {
	if len(values) != 1 {
		return false
	}
	if values[0] == "application/json" {
		return true
	}
	media, parameters, err := mime.ParseMediaType(values[0])
	if err != nil || (media != "application/json" && !(strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))) {
		return false
	}
	// Parsers differ in which of two charsets counts, in whether charset* (RFC 2231) does, and
	// in whether it may stand inside of quotes.
	said := strings.Count(strings.ToLower(values[0]), "charset")
	return said == 0 || (said == 1 && strings.EqualFold(parameters["charset"], "utf-8"))
}

// readBody reads a body of at most limit bytes. With a refusal it returns what it read.
func readBody(r *http.Request, s *scratch, limit int64) (string, *Refusal) {
	if r.ContentLength > limit {
		return "", tooLarge(limit)
	}
	if r.Body == nil {
		return "", nil
	}
	body, err := readText(r, s, limit)
	if int64(len(body)) > limit {
		return body, tooLarge(limit)
	}
	if err != nil {
		return body, refuseBroken(err)
	}
	return body, nil
}

func tooLarge(limit int64) *Refusal {
	return &Refusal{
		Status: http.StatusRequestEntityTooLarge, Code: TooLarge,
		Detail: "the body is longer than " + strconv.FormatInt(limit, 10) + " bytes",
	}
}

// forward makes the request that goes on: the body as it was validated, and no header
// that would contradict it. Where nothing changed it is the request that came, and only its
// body, which was read, is put back.
func forward(rt *route, r *http.Request, body string, changed bool) *http.Request {
	if !changed && !rt.strip && framed(r, len(body)) {
		r.Body = textOf(body)
		return r
	}
	out := withBody(r, body)
	described := changed && describesBody(r.Header)
	if described || rt.strip {
		out.Header = r.Header.Clone()
	}
	if rt.strip {
		delete(out.Header, "Authorization")
		delete(out.Header, "Dpop")
	}
	if described {
		redescribe(out.Header, len(body))
	}
	return out
}

// framed tells whether a request says of its body that it has a length, and nothing else.
func framed(r *http.Request, length int) bool {
	return r.ContentLength == int64(length) && r.TransferEncoding == nil && r.Trailer == nil
}

// describesBody tells whether a header says of a body what holds for no other.
func describesBody(h http.Header) bool {
	return len(h["Content-Length"]) > 0 || len(h["Content-Md5"]) > 0 || len(h["Digest"]) > 0 ||
		len(h["Content-Digest"]) > 0 || len(h["Repr-Digest"]) > 0
}

// redescribe makes a header fit a body that was changed.
func redescribe(h http.Header, length int) {
	delete(h, "Content-Md5")
	delete(h, "Digest")
	delete(h, "Content-Digest")
	delete(h, "Repr-Digest")
	if len(h["Content-Length"]) > 0 {
		h["Content-Length"] = []string{strconv.Itoa(length)}
	}
}

// putBack returns a copy of the request whose body starts with what was read of it.
func putBack(r *http.Request, read string) *http.Request {
	out := r.WithContext(r.Context())
	out.Body = io.NopCloser(io.MultiReader(strings.NewReader(read), r.Body))
	return out
}
