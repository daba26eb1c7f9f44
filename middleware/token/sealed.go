//go:build !yaegi
// +build !yaegi

package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// maxSealed is the largest result that is shared, in bytes.
const maxSealed = 16 << 10

// result is what is shared about a token that an endpoint vouches for. Others are asked
// about by each process, so that invented tokens take no room.
type result struct {
	Claims *Claims
	Until  time.Time
}

// lock is a key for the results about one token, and the name they are kept under. Both
// are unknown to whoever does not know the token and the secrets of the gate, so a result
// can be neither read, nor made, nor given to another token. One that was kept can be
// brought back, but not for longer than it says itself.
type lock struct {
	name string
	aead cipher.AEAD
}

// lockFor returns nil if a secret cannot be read.
func lockFor(v *Verifier, raw string, now time.Time) *lock {
	var secrets []string
	for _, e := range v.endpoints {
		text, err := readSecret(e.client.secret, now)
		if err != nil {
			return nil
		}
		secrets = append(secrets, text)
	}
	mac := hmac.New(sha512.New, []byte(fmt.Sprintf("%q", secrets)))
	_, _ = fmt.Fprintf(mac, "attrgate introspection 1 %q %q", v.space, raw) // a hash never fails to write
	sum := mac.Sum(nil)
	block, err := aes.NewCipher(sum[:32])
	if err != nil {
		return nil
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil
	}
	return &lock{name: hex.EncodeToString(sum[32:]), aead: aead}
}

// findResult returns what another process found out about a token, or nil. It is not older
// than what this process might have found out itself.
func findResult(v *Verifier, raw string, now time.Time) *memory {
	if v.results == nil {
		return nil
	}
	l := lockFor(v, raw, now)
	if l == nil {
		return nil
	}
	kept, size := v.results.Get(l.name), l.aead.NonceSize()
	if len(kept) < size || len(kept) > 2*maxSealed {
		return nil
	}
	plain, err := l.aead.Open(nil, kept[:size], kept[size:], nil)
	var r result
	if err != nil || json.Unmarshal(plain, &r) != nil || r.Claims == nil {
		return nil
	}
	if !now.Before(r.Until) || r.Until.After(now.Add(longestCache(v))) {
		return nil // it has ended, or the clocks differ too much to say
	}
	if !r.Claims.Expiry.IsZero() && !now.Before(r.Claims.Expiry) {
		return nil
	}
	return &memory{claims: r.Claims, until: now.Add(r.Until.Sub(now))} // from here on by the clock that does not jump
}

// keepResult shares what was found out about a token, if it is good.
func keepResult(v *Verifier, raw string, m *memory, now time.Time) {
	if v.results == nil || m.claims == nil || !now.Before(m.until) {
		return
	}
	plain, err := json.Marshal(result{Claims: m.claims, Until: m.until})
	l := lockFor(v, raw, now)
	if err != nil || l == nil || len(plain) > maxSealed {
		return
	}
	nonce := make([]byte, l.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return
	}
	v.results.Put(l.name, l.aead.Seal(nonce, nonce, plain, nil), m.until.Sub(now))
}

func longestCache(v *Verifier) time.Duration {
	longest := time.Duration(0)
	for _, e := range v.endpoints {
		if e.cacheFor > longest {
			longest = e.cacheFor
		}
	}
	return longest
}
