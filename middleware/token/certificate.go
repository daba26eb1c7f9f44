package token

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// maxCertificate is the longest certificate that is read from a header, in bytes as sent.
const maxCertificate = 32 << 10

// holdsCertificate tells whether the sender has the certificate of a thumbprint. TLS made
// sure that it has the private key, here or at the trusted proxy; who issued the
// certificate does not matter (RFC 8705, section 3).
func holdsCertificate(b *Binding, r *http.Request, thumbprint string) bool {
	der := certificate(b, r)
	return der != nil && same(digestText(string(der)), thumbprint)
}

// certificate returns the client's certificate. On a connection from a trusted proxy it is
// the one in the header, since the connection's own is the proxy's.
func certificate(b *Binding, r *http.Request) []byte {
	if b.header != "" && trusted(b.proxies, r.RemoteAddr) {
		return headerCertificate(r.Header[b.header])
	}
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return r.TLS.PeerCertificates[0].Raw
}

// headerCertificate reads a certificate as proxies send it: PEM with or without its first
// and last line, plain or URL-encoded, or base64 DER, which may stand between the colons
// of RFC 9440. Of a chain divided by commas, as Traefik sends it, the first counts.
func headerCertificate(values []string) []byte {
	if len(values) != 1 || len(values[0]) > maxCertificate {
		return nil
	}
	value, _, _ := strings.Cut(values[0], ",")
	plain, err := url.PathUnescape(value)
	if err != nil {
		return nil
	}
	frame := strings.NewReplacer("-----BEGIN CERTIFICATE-----", "", "-----END CERTIFICATE-----", "",
		"-----BEGIN+CERTIFICATE-----", "", "-----END+CERTIFICATE-----", "")
	encoded := strings.Join(strings.Fields(frame.Replace(strings.Trim(plain, ":"))), "")
	der, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		return nil
	}
	return der
}

// trusted tells whether a connection comes from one of the proxies.
func trusted(proxies []netip.Prefix, remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap().WithZone("")
	for _, p := range proxies {
		if p.Contains(address) {
			return true
		}
	}
	return false
}

func parseProxies(p policy.MTLS, ps *policy.Problems) []netip.Prefix {
	if strings.Trim(p.Header, headerChars) != "" {
		ps.Add("mtls.header", "%q is no name of a header, such as X-Forwarded-Tls-Client-Cert", p.Header)
	}
	if p.Header != "" && len(p.TrustedProxies) == 0 {
		ps.Add("mtls.trustedProxies", "required with header: the addresses from which it is believed")
	}
	if p.Header == "" && len(p.TrustedProxies) > 0 {
		ps.Add("mtls.header", "required with trustedProxies: the header in which they send the certificate")
	}
	var proxies []netip.Prefix
	for i, text := range p.TrustedProxies {
		at := "mtls.trustedProxies[" + strconv.Itoa(i) + "]"
		prefix, err := parseNetwork(text)
		if err != nil {
			ps.Add(at, "%q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		if err == nil && prefix.Bits() == 0 {
			ps.Add(at, "%q is everybody", text)
		}
		proxies = append(proxies, prefix)
	}
	return proxies
}

// headerChars make up the name of a header; RFC 9110, section 5.1, allows some more.
const headerChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

func parseNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		prefix, err := netip.ParsePrefix(text)
		return prefix.Masked(), err
	}
	address, err := netip.ParseAddr(text)
	return netip.PrefixFrom(address, address.BitLen()), err
}
