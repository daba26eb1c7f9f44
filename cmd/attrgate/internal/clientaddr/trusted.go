// Package clientaddr says who a client is when proxies stand between it and the gateway.
package clientaddr

import (
	"net/http"
	"net/netip"
	"strings"
)

// Trusted lists the networks of the proxies whose word counts. If nil, nobody's does. It is
// safe for concurrent use.
type Trusted []netip.Prefix

// Parse reads networks such as 10.0.0.0/8. It leaves out what is none.
func Parse(networks []string) Trusted {
	var t Trusted
	for _, text := range networks {
		if network, err := netip.ParsePrefix(text); err == nil {
			t = append(t, network.Masked())
		}
	}
	return t
}

// Contains tells whether an address is a trusted proxy's.
func (t Trusted) Contains(address netip.Addr) bool {
	for _, network := range t {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// Peer tells whether a request comes over a connection from a trusted proxy.
func (t Trusted) Peer(r *http.Request) bool {
	return len(t) > 0 && t.Contains(Peer(r))
}

// Peer returns the address at the other end of a request's connection. It is not valid if
// that is no address of IP.
func Peer(r *http.Request) netip.Addr {
	return parse(r.RemoteAddr)
}

// Of returns the address of the client: the peer's, unless that is a trusted proxy. Then
// it is the last one in X-Forwarded-For, or if there is none in Forwarded (RFC 7239), that
// is not a trusted proxy's. What stands before it may be made up, and so may what is after
// an entry that is no address: there the search ends with the proxy that wrote it.
func (t Trusted) Of(r *http.Request) netip.Addr {
	client := Peer(r)
	if !t.Contains(client) {
		return client
	}
	hops := hops(r.Header)
	for i := len(hops) - 1; i >= 0; i-- {
		hop := parse(hops[i])
		if !hop.IsValid() {
			return client
		}
		if client = hop; !t.Contains(hop) {
			return client
		}
	}
	return client
}

// hops lists the addresses that the header tells, as they are written, the nearest last.
func hops(h http.Header) []string {
	if told := h["X-Forwarded-For"]; len(told) > 0 {
		return strings.Split(strings.Join(told, ","), ",")
	}
	told := h["Forwarded"]
	if len(told) == 0 {
		return nil
	}
	var hops []string
	for _, element := range strings.Split(strings.Join(told, ","), ",") {
		hops = append(hops, forwardedFor(element))
	}
	return hops
}

// forwardedFor returns the parameter "for" of an element of Forwarded. A comma inside
// quotes has cut the element; no address holds one, so what is left is not taken for any.
func forwardedFor(element string) string {
	for _, pair := range strings.Split(element, ";") {
		name, value, _ := strings.Cut(pair, "=")
		if strings.EqualFold(strings.TrimSpace(name), "for") {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

// parse reads an address with or without a port, in any of the forms in use: 192.0.2.1,
// 192.0.2.1:80, 2001:db8::1, [2001:db8::1] and [2001:db8::1]:80.
func parse(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr().Unmap().WithZone("")
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}
