package token

import (
	"encoding/json"
	"net/url"
	"regexp"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Resource is the guarded API as its metadata describes it (RFC 9728).
type Resource struct {
	// Path is where the metadata is, such as /.well-known/oauth-protected-resource.
	Path string

	// URL is the same for clients (RFC 9728, section 5.1: resource_metadata).
	URL string

	// Document is the metadata, as JSON.
	Document []byte
}

// resourceDocument is the metadata of RFC 9728, section 2.
type resourceDocument struct {
	Resource             string   `json:"resource"`
	AuthorizationServers []string `json:"authorization_servers,omitempty"`
	ScopesSupported      []string `json:"scopes_supported,omitempty"`
	BearerMethods        []string `json:"bearer_methods_supported"`
	Name                 string   `json:"resource_name,omitempty"`
	Documentation        string   `json:"resource_documentation,omitempty"`
	DPoPAlgorithms       []string `json:"dpop_signing_alg_values_supported"`
	CertificateBound     bool     `json:"tls_client_certificate_bound_access_tokens,omitempty"`
}

// wellKnownResource comes between the host and the path of a resource (RFC 9728, section 3.1).
const wellKnownResource = "/.well-known/oauth-protected-resource"

// NewResource writes the metadata of an expanded policy, or nil if there is none; what is
// wrong goes to ps. Tokens bound to certificates are announced where the policy says how
// certificates reach the gate.
func NewResource(p policy.Policy, b *Binding, ps *policy.Problems) *Resource {
	described := p.ResourceMetadata
	if described.Resource == "" {
		if described.Name+described.Documentation != "" {
			ps.Add("resourceMetadata.resource", "required: the identifier of what is described")
		}
		return nil
	}
	u := resourceURL(described, ps)
	path := wellKnownResource
	if u.Path != "/" {
		path += u.Path
	}
	document, _ := json.Marshal(resourceDocument{ // plain texts always marshal
		Resource:             described.Resource,
		AuthorizationServers: issuerNames(p.Issuers),
		ScopesSupported:      allScopes(p.Routes),
		BearerMethods:        []string{"header"},
		Name:                 described.Name,
		Documentation:        described.Documentation,
		DPoPAlgorithms:       b.names,
		CertificateBound:     b.header != "",
	})
	return &Resource{Path: path, URL: u.Scheme + "://" + u.Host + path, Document: document}
}

// resourceURL reads the resource's identifier (RFC 9728, section 1.2). Its path must be
// one that has no other spelling.
func resourceURL(p policy.ResourceMetadata, ps *policy.Problems) *url.URL {
	page, err := url.Parse(p.Documentation)
	if p.Documentation != "" && (err != nil || page.Host == "" || (page.Scheme != "https" && page.Scheme != "http")) {
		ps.Add("resourceMetadata.documentation", "%q is not the URL of a page", p.Documentation)
	}
	if wrong := trustedURL(p.Resource); wrong != "" {
		ps.Add("resourceMetadata.resource", "%s", wrong)
		return &url.URL{}
	}
	u, _ := url.Parse(p.Resource)
	if !plainURL.MatchString(p.Resource) {
		ps.Add("resourceMetadata.resource", "must have a plain host and path, and no query, such as https://api.example.com/v2")
	}
	return u
}

// plainURL is one of characters that mean the same to everyone (RFC 3986, section 2.3),
// without empty segments and such that begin with a dot.
var plainURL = regexp.MustCompile(`^(?i:https?)://[\w.~:\[\]-]+(?:/[\w~-][\w.~-]*)*/?$`)

func issuerNames(issuers []policy.Issuer) []string {
	var names []string
	for i := range issuers {
		names = append(names, issuers[i].Issuer)
	}
	return names
}

// allScopes lists the scopes of all routes, each once.
func allScopes(routes []policy.Route) []string {
	var scopes []string
	for i := range routes {
		for _, s := range routes[i].Scopes {
			if !contains(scopes, s) {
				scopes = append(scopes, s)
			}
		}
	}
	return scopes
}
