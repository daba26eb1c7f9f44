// Mint signs the access tokens of the cases: RS256, with a key that is good for nothing
// else. It prints the token, or with -jwk the public key for a policy.
//
//	go run ./testdata/mint -set scope=SalesIQ.conversations.READ
//	go run ./testdata/mint -set exp=1 -drop aud
//	go run ./testdata/mint -header alg=none
package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/big"
	"strings"
)

//go:embed issuer.pem
var issuerPEM []byte

//go:embed stranger.pem
var strangerPEM []byte

// members is a JSON object built from flags: name=value, where value is JSON or else a
// string.
type members map[string]any

func (m members) String() string { return "" }

// Set adds one member.
func (m members) Set(pair string) error {
	name, text, ok := strings.Cut(pair, "=")
	if !ok {
		return errors.New("want name=value")
	}
	m[name] = text
	if json.Valid([]byte(text)) {
		m[name] = json.RawMessage(text) // numbers keep their digits
	}
	return nil
}

func main() {
	header := members{"alg": "RS256", "typ": "at+jwt", "kid": "cases"}
	claims := members{
		"iss": "https://idp.example.com", "aud": "contact-centre", "sub": "crm-sync", "client_id": "crm",
		"iat": 1767225600, "exp": 4102444800, "scope": "SalesIQ.conversations.UPDATE channel-session:update",
	}
	flag.Var(header, "header", "set a header `name=value`")
	flag.Var(claims, "set", "set a claim `name=value`")
	drop := flag.String("drop", "", "leave out a claim")
	stranger := flag.Bool("stranger", false, "sign with a key that no policy knows")
	jwk := flag.Bool("jwk", false, "print the public key")
	flag.Parse()
	delete(claims, *drop)
	key, err := load(*stranger)
	if err != nil {
		log.Fatal(err)
	}
	if *jwk {
		fmt.Println(public(key))
		return
	}
	token, err := sign(key, header, claims)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token)
}

func load(stranger bool) (*rsa.PrivateKey, error) {
	text := issuerPEM
	if stranger {
		text = strangerPEM
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	return key.(*rsa.PrivateKey), nil
}

func public(key *rsa.PrivateKey) string {
	n := base64.RawURLEncoding.EncodeToString(key.N.Bytes())
	e := base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())
	return fmt.Sprintf(`{"kty":"RSA","kid":"cases","n":%q,"e":%q}`, n, e)
}

func sign(key *rsa.PrivateKey, header, claims members) (string, error) {
	head, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), err
}
