package middleware

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/attrgate/attrgate/middleware/internal/pattern"
	"github.com/attrgate/attrgate/middleware/policy"
	"github.com/attrgate/attrgate/middleware/token"
)

// checkMetadataPath keeps routes away from where the metadata is.
func checkMetadataPath(g *Gate, ps *policy.Problems) {
	if g.resource == nil {
		return
	}
	match := g.table.Match(http.MethodGet, &url.URL{Path: g.resource.Path})
	if match.Near != pattern.None {
		ps.Add("routes["+strconv.Itoa(match.Near)+"].match", "matches %s, where the metadata of the resource is", g.resource.Path)
	}
}

// describes tells whether an address is that of the metadata, in its one plain spelling.
func describes(resource *token.Resource, u *url.URL) bool {
	return u.Path == resource.Path && u.RawPath == "" && u.Opaque == ""
}

// describe answers with the metadata (RFC 9728, section 3.2).
func describe(w http.ResponseWriter, r *http.Request, resource *token.Resource) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		header.Set("Content-Length", "0")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "max-age=3600")
	header.Set("Content-Length", strconv.Itoa(len(resource.Document)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(resource.Document) // a client that is gone has nobody to tell
	}
}
