package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/attrgate/attrgate/e2e/internal/plugin"
	"github.com/attrgate/attrgate/e2e/internal/traefik"
)

// variants are the routers that requests are sent through, by the name of the host.
var variants = []string{"bare", "pass-through plugin", "attrgate, unguarded path", "attrgate, admitted", "attrgate, key rewritten"}

// passThrough is a plugin that does nothing.
const passThrough = "example.com/passthrough"

const passThroughSource = `package passthrough

import (
	"context"
	"net/http"
)

type Config struct{}

func CreateConfig() *Config { return &Config{} }

func New(_ context.Context, next http.Handler, _ *Config, _ string) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) }), nil
}
`

// measureRequests sends requests through one Traefik, through each router in turn, and
// returns the CPU time that Traefik needs for one, by variant.
func (b *bench) measureRequests(rounds, requests int) (cpu [][]float64, err error) {
	dir, err := os.MkdirTemp("", "attrgate-measure-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	web, err := traefik.FreeAddress()
	if err != nil {
		return nil, err
	}
	token, err := b.configureRequests(dir, web)
	if err != nil {
		return nil, err
	}
	process, err := traefik.Start(b.binary, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, process.Stop()) }()
	ready := func() bool { return send(web, token, 0) == nil }
	if err := process.WaitUntil(ready, poll, startLimit); err != nil {
		return nil, err
	}
	cpu = make([][]float64, len(variants))
	for round := -1; round < rounds; round++ { // the first warms up
		for v := range variants {
			before, _ := cpuTime(process.PID())
			for i := 0; i < requests; i++ {
				if err := send(web, token, v); err != nil {
					return nil, err
				}
			}
			after, err := cpuTime(process.PID())
			if err != nil {
				return nil, err
			}
			if round >= 0 {
				cpu[v] = append(cpu[v], float64((after-before).Microseconds())/float64(requests))
			}
		}
	}
	return cpu, nil
}

// configureRequests writes a folder for Traefik, and returns a token that the policy accepts.
func (b *bench) configureRequests(dir, web string) (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", err
	}
	guard := map[string]any{"issuers": []any{map[string]any{
		"issuer": "https://idp.example.com", "audiences": []string{"contact-centre"},
		"keys": []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
	}}}
	routers := map[string]any{}
	for v := range variants {
		router := map[string]any{"rule": fmt.Sprintf("Host(`v%d`)", v), "service": "backend", "entryPoints": []string{"web"}}
		if v > 0 {
			router["middlewares"] = []string{[]string{"pass", "guard", "guard", "guard"}[v-1]}
		}
		routers[fmt.Sprint("v", v)] = router
	}
	dynamic := map[string]any{"http": map[string]any{
		"routers": routers,
		"middlewares": map[string]any{
			"pass":  map[string]any{"plugin": map[string]any{"passthrough": map[string]any{"unused": true}}},
			"guard": map[string]any{"plugin": map[string]any{"attrgate": guard}},
		},
		"services": map[string]any{"backend": map[string]any{"loadBalancer": map[string]any{"servers": []any{map[string]any{"url": b.backend.URL}}}}},
	}}
	static := traefik.Static(traefik.Addresses{Web: web})
	static["experimental"] = map[string]any{"localPlugins": map[string]any{
		"attrgate": map[string]any{"moduleName": plugin.Module}, "passthrough": map[string]any{"moduleName": passThrough},
	}}
	if err := writePassThrough(dir); err != nil {
		return "", err
	}
	token, err := sign(key)
	return token, errors.Join(err, traefik.Folder(dir, b.root, static, dynamic))
}

func writePassThrough(dir string) error {
	source := filepath.Join(dir, "plugins-local", "src", filepath.FromSlash(passThrough))
	manifest := "displayName: x\ntype: middleware\nimport: " + passThrough + "\nsummary: x\ntestData: {}\n"
	return errors.Join(
		os.MkdirAll(source, 0o755),
		os.WriteFile(filepath.Join(source, ".traefik.yml"), []byte(manifest), 0o600),
		os.WriteFile(filepath.Join(source, "passthrough.go"), []byte(passThroughSource), 0o600),
		os.WriteFile(filepath.Join(source, "go.mod"), []byte("module "+passThrough+"\n"), 0o600),
	)
}

func sign(key *rsa.PrivateKey) (string, error) {
	header, _ := json.Marshal(map[string]any{"alg": "RS256", "typ": "at+jwt"})
	claims, _ := json.Marshal(map[string]any{
		"iss": "https://idp.example.com", "aud": "contact-centre", "exp": time.Now().Add(time.Hour).Unix(),
		"sub": "crm-sync", "client_id": "crm", "scope": "SalesIQ.conversations.UPDATE channel-session:update",
	})
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

// send sends one request through a variant.
func send(web, token string, variant int) error {
	path, body := "/api/v2/zylkerinc/conversations/4000000012345678901", `{"customer_info": {"Model": "Class X9", "Branch": "Sydney"}}`
	if strings.HasSuffix(variants[variant], "unguarded path") {
		path = "/other"
	}
	if strings.HasSuffix(variants[variant], "rewritten") {
		body = `{"customer_info": {"%visitor.custominfo.Model%": "Class X9", "Branch": "Sydney"}}`
	}
	r, err := http.NewRequest(http.MethodPut, "http://"+web+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Host = fmt.Sprint("v", variant)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("%s: status %d %s", variants[variant], response.StatusCode, text)
	}
	return nil
}

// requestTable writes the medians, and what each variant adds to the pass-through plugin,
// round by round.
func requestTable(cpu [][]float64) string {
	var w strings.Builder
	fmt.Fprintln(&w, "\n| Traefik, CPU time of one request | µs | over a pass-through plugin, µs |\n|---|---|---|")
	for v, name := range variants {
		added := make([]float64, len(cpu[v]))
		for round := range cpu[v] {
			added[round] = cpu[v][round] - cpu[1][round]
		}
		values := slices.Clone(cpu[v])
		slices.Sort(values)
		slices.Sort(added)
		fmt.Fprintf(&w, "| %s | %s | %s |\n", name, spread(values), spread(added))
	}
	return w.String()
}
