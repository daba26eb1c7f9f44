package token

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/attrgate/attrgate/middleware/policy"
)

// The state that all verifiers of the process share. Traefik builds new instances at each
// configuration change and tells no old one that it is over; what is known of issuers and
// tokens must outlive instances without growing.
var shared = newRemembered()

const (
	// maxKeySets bounds the issuers whose keys are kept.
	maxKeySets = 256

	// maxBreakers bounds the endpoints whose state is kept.
	maxBreakers = 256

	// minTokens and maxTokens bound what a policy can ask for, usualTokens is what is
	// remembered where none asks.
	minTokens   = 1 << 7
	maxTokens   = 1 << 24
	usualTokens = 1 << 16

	// maxScopes bounds the lists of scopes that tokens have in common.
	maxScopes = 1024

	// maxRefused bounds the remembered tokens that introspection refused. They have a
	// place of their own, so that invented tokens cannot drive out good ones.
	maxRefused = 1 << 14
)

type remembered struct {
	verified *generations
	refused  *generations

	mu       sync.Mutex // guards what follows
	tokens   int        // the most that a policy asked to remember
	scopes   map[string][]string
	keySets  map[string]*keySet
	breakers map[string]*breaker
	flights  map[[digestSize]byte]*flight
	sources  map[[sha256.Size]byte]*source // of the gate's own tokens
}

func newRemembered() *remembered {
	return &remembered{
		verified: newGenerations(usualTokens),
		refused:  newGenerations(maxRefused),
		scopes:   map[string][]string{},
		keySets:  map[string]*keySet{},
		breakers: map[string]*breaker{},
		flights:  map[[digestSize]byte]*flight{},
		sources:  map[[sha256.Size]byte]*source{},
	}
}

// remember has the process remember as many verified tokens as a policy asks for, unless
// another one asked for more: nobody tells when that one is over.
func remember(tokens int, ps *policy.Problems) {
	if tokens == 0 {
		return
	}
	if tokens < minTokens || tokens > maxTokens {
		ps.Add("rememberedTokens", "must be %d to %d", minTokens, maxTokens)
		return
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if tokens > shared.tokens {
		shared.tokens = tokens
		resize(shared.verified, tokens)
	}
}

// commonScopes returns the list that another token has with the same scopes, if there is one:
// it is the same in most, and takes a third of what is remembered.
func commonScopes(scopes []string) []string {
	name := strings.Join(scopes, " ")
	shared.mu.Lock()
	defer shared.mu.Unlock()
	common, known := shared.scopes[name]
	if !known && len(shared.scopes) < maxScopes {
		shared.scopes[name] = scopes
	}
	if reflect.DeepEqual(common, scopes) { // a scope in a list may have a space in it
		return common
	}
	return scopes
}

// sharedKeySet returns the process's one key set of an issuer.
func sharedKeySet(issuer, jwksURL string, timing timing) *keySet {
	id := fmt.Sprintf("%q %q %v", issuer, jwksURL, timing)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if s := shared.keySets[id]; s != nil {
		return s
	}
	if len(shared.keySets) >= maxKeySets {
		for other := range shared.keySets {
			delete(shared.keySets, other)
			break
		}
	}
	s := &keySet{issuer: issuer, jwksURL: jwksURL, timing: timing}
	shared.keySets[id] = s
	return s
}

// sharedBreaker returns the process's one breaker of an endpoint, by the digest of its
// configuration.
func sharedBreaker(id string) *breaker {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if b := shared.breakers[id]; b != nil {
		return b
	}
	if len(shared.breakers) >= maxBreakers {
		for other := range shared.breakers {
			delete(shared.breakers, other)
			break
		}
	}
	b := &breaker{}
	shared.breakers[id] = b
	return b
}
