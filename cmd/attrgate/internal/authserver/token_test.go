package authserver_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/authserver"
)

type answer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope       string `json:"scope"`
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

func TestTokenCarriesTheClaimsOfRFC9068(t *testing.T) {
	s := newServer(t)
	reply := do(s, asCRM(form("grant_type=client_credentials")))
	got := decode[answer](t, reply.Body)
	header, claims := verify(t, s, got.AccessToken)
	if typ := header.ExtraHeaders["typ"]; typ != "at+jwt" || header.Algorithm != "RS256" {
		t.Errorf("typ %v, alg %v", typ, header.Algorithm)
	}
	id, _ := claims["jti"].(string)
	delete(claims, "jti")
	want := map[string]any{
		"iss": issuer, "aud": "contact-centre", "sub": "crm-sync", "client_id": "crm", "scope": "a.READ a.UPDATE",
		"iat": float64(start), "exp": float64(start + 600),
	}
	if !reflect.DeepEqual(claims, want) || len(id) < 20 {
		t.Errorf("claims %v, jti %q", claims, id)
	}
	got.AccessToken = ""
	if got != (answer{TokenType: "Bearer", ExpiresIn: 600, Scope: "a.READ a.UPDATE"}) {
		t.Errorf("answer %+v", got)
	}
	if reply.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", reply.Header)
	}
}

func TestTokenRequestsThatAreGranted(t *testing.T) {
	s, secret := newServer(t), url.QueryEscape("p%:s +é")
	for name, c := range map[string]struct {
		request *http.Request
		scope   string
	}{
		"basic":             {asCRM(form("grant_type=client_credentials&scope=a.READ")), "a.READ"},
		"basic with id":     {asCRM(form("grant_type=client_credentials&client_id=crm&scope=a.READ")), "a.READ"},
		"post":              {form("grant_type=client_credentials&client_id=crm&scope=a.READ&client_secret=" + secret), "a.READ"},
		"empty scope":       {asCRM(form("grant_type=client_credentials&scope=")), "a.READ a.UPDATE"},
		"unknown parameter": {asCRM(form("grant_type=client_credentials&resource=x")), "a.READ a.UPDATE"},
		"no scopes at all":  {form("grant_type=client_credentials&client_id=bare&client_secret=x"), ""},
	} {
		reply := do(s, c.request)
		if got := decode[answer](t, reply.Body); reply.StatusCode != 200 || got.Scope != c.scope || got.AccessToken == "" {
			t.Errorf("%s: %d %+v", name, reply.StatusCode, got)
		}
	}
}

func TestTokenRequestsThatAreNotGranted(t *testing.T) {
	s := newServer(t)
	wrong := form("grant_type=client_credentials")
	wrong.SetBasicAuth("crm", "wrong")
	unescaped := form("grant_type=client_credentials")
	unescaped.SetBasicAuth("crm", "p%:s +é")
	bearer := form("grant_type=client_credentials&client_id=bare&client_secret=x")
	bearer.Header.Set("Authorization", "Bearer x")
	asJSON := asCRM(form(`{"grant_type":"client_credentials"}`))
	asJSON.Header.Set("Content-Type", "application/json")
	inQuery := form("grant_type=client_credentials")
	inQuery.URL.RawQuery = "client_id=bare&client_secret=x"
	for name, c := range map[string]struct {
		request *http.Request
		status  int
		code    string
	}{
		"wrong secret":            {wrong, 401, "invalid_client"},
		"secret not form-encoded": {unescaped, 401, "invalid_client"},
		"other scheme":            {bearer, 401, "invalid_client"},
		"nobody":                  {form("grant_type=client_credentials"), 401, "invalid_client"},
		"unknown client":          {form("grant_type=client_credentials&client_id=zz&client_secret=x"), 401, "invalid_client"},
		"empty secret":            {form("grant_type=client_credentials&client_id=zz&client_secret="), 401, "invalid_client"},
		"secret in the query":     {inQuery, 401, "invalid_client"},
		"two ways":                {asCRM(form("grant_type=client_credentials&client_secret=x")), 400, "invalid_request"},
		"other id":                {asCRM(form("grant_type=client_credentials&client_id=bare")), 400, "invalid_request"},
		"no grant type":           {asCRM(form("scope=a.READ")), 400, "invalid_request"},
		"other grant type":        {asCRM(form("grant_type=password&username=u&password=p")), 400, "unsupported_grant_type"},
		"grant type twice":        {asCRM(form("grant_type=client_credentials&grant_type=client_credentials")), 400, "invalid_request"},
		"not a form":              {asJSON, 400, "invalid_request"},
		"broken escape":           {asCRM(form("grant_type=%zz")), 400, "invalid_request"},
		"too long":                {asCRM(form("grant_type=client_credentials&x=" + strings.Repeat("y", 20<<10))), 400, "invalid_request"},
		"scope of another":        {asCRM(form("grant_type=client_credentials&scope=a.READ+b.READ")), 400, "invalid_scope"},
		"scope in other case":     {asCRM(form("grant_type=client_credentials&scope=A.READ")), 400, "invalid_scope"},
		"scope with two spaces":   {asCRM(form("grant_type=client_credentials&scope=a.READ++a.UPDATE")), 400, "invalid_scope"},
	} {
		reply := do(s, c.request)
		got := decode[answer](t, reply.Body)
		if reply.StatusCode != c.status || got.Error != c.code || got.Description == "" || got.AccessToken != "" {
			t.Errorf("%s: %d %+v, want %d %s", name, reply.StatusCode, got, c.status, c.code)
		}
		if asks := reply.Header.Get("WWW-Authenticate") != ""; asks != (c.status == 401) || reply.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", name, reply.Header)
		}
	}
}

func TestMintMakesWhateverTheCallerWants(t *testing.T) {
	s := newServer(t)
	expiry := time.Unix(start-60, 0)
	raw, err := s.Mint(authserver.Token{ClientID: "ghost", Scopes: []string{"x", "y"}, IssuedAt: expiry.Add(-time.Hour), Expiry: expiry})
	if err != nil {
		t.Fatal(err)
	}
	_, claims := verify(t, s, raw)
	if claims["sub"] != "ghost" || claims["scope"] != "x y" || claims["exp"] != float64(start-60) || claims["iat"] != float64(start-3660) {
		t.Errorf("claims %v", claims)
	}
	raw, err = s.Mint(authserver.Token{ClientID: "ghost"})
	if err != nil {
		t.Fatal(err)
	}
	if _, claims = verify(t, s, raw); claims["exp"] != float64(start+600) || claims["scope"] != nil {
		t.Errorf("claims %v", claims)
	}
}
