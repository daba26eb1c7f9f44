package middleware

import (
	"bytes"
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
	charset := parameters["charset"]
	return charset == "" || strings.EqualFold(charset, "utf-8")
}

// readBody reads a body of at most limit bytes. With a refusal it returns what it read.
func readBody(r *http.Request, limit int64) ([]byte, *Refusal) {
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return body, refuseBroken(err)
	}
	if int64(len(body)) > limit {
		return body, tooLarge(limit)
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
// that would contradict it.
func forward(rt *route, r *http.Request, body []byte, changed bool) *http.Request {
	out := withBody(r, body)
	if changed || rt.strip {
		out.Header = r.Header.Clone()
	}
	if rt.strip {
		delete(out.Header, "Authorization")
		delete(out.Header, "Dpop")
	}
	if changed {
		for _, name := range []string{"Content-Md5", "Digest", "Content-Digest", "Repr-Digest"} {
			delete(out.Header, name)
		}
		if len(out.Header["Content-Length"]) > 0 {
			out.Header["Content-Length"] = []string{strconv.Itoa(len(body))}
		}
	}
	return out
}

// withBody returns a copy of the request with a body of known length.
func withBody(r *http.Request, body []byte) *http.Request {
	out := r.WithContext(r.Context())
	out.Body = hold(body)
	out.ContentLength = int64(len(body))
	out.TransferEncoding = nil
	out.Trailer = nil
	return out
}

// putBack returns a copy of the request whose body starts with what was read of it.
func putBack(r *http.Request, read []byte) *http.Request {
	out := r.WithContext(r.Context())
	out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(read), r.Body))
	return out
}
