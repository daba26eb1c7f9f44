package attribute

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// forms is a rule set: what the texts of each type look like.
type forms struct {
	documented bool
	number     *regexp.Regexp
	positive   *regexp.Regexp
	phone      *regexp.Regexp
	email      *regexp.Regexp
	site       *regexp.Regexp // strict: www. and a host; documented: the whole URL
	address    *regexp.Regexp // documented only
	host       *regexp.Regexp // strict only
	breaks     *alphabet      // characters that no String may have, as far as they are ASCII
	separators string         // the others; empty: none
	special    *alphabet
	alphanum   *alphabet
}

// fits tells whether a text of the right length is what the type says.
func fits(f *forms, kind Type, text string) bool {
	switch kind.family {
	case familyAny:
		return true
	case familyString:
		return !hasAny(f.breaks, text) && (f.separators == "" || !strings.ContainsAny(text, f.separators))
	case familyAlphanumSpecial:
		return madeOf(f.special, text)
	case familyAlphanum:
		return madeOf(f.alphanum, text)
	case familyBoolean:
		return text == "true" || text == "false" || text == "1" || text == "0"
	case familyNumber:
		return f.number.MatchString(text)
	case familyPositiveNumber:
		return f.positive.MatchString(text)
	case familyPhoneNumber:
		return f.phone.MatchString(text)
	case familyEmail:
		return f.email.MatchString(text) && (f.documented || strings.IndexByte(text, '@') <= 64)
	case familyIP:
		return fitsIP(f, text)
	case familyPassword:
		return fitsPassword(f, text)
	case familyURL:
		return fitsURL(f, text)
	}
	return false
}

func fitsIP(f *forms, text string) bool {
	if f.documented {
		return f.address.MatchString(text)
	}
	address, err := netip.ParseAddr(text)
	return err == nil && address.Zone() == ""
}

const (
	lowers    = "abcdefghijklmnopqrstuvwxyz"
	capitals  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
	printable = specials + "\"[]\\"
)

func fitsPassword(f *forms, text string) bool {
	characters := printable
	if f.documented {
		characters = lowers + capitals + digits
	}
	return len(text) >= 8 && strings.Trim(text, characters) == "" && strings.ContainsAny(text, lowers) &&
		strings.ContainsAny(text, capitals) && strings.ContainsAny(text, digits)
}

func fitsURL(f *forms, text string) bool {
	if f.site.MatchString(text) || f.documented {
		return f.site.MatchString(text)
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && fitsHost(f, u.Hostname()) && u.User == nil &&
		!strings.ContainsAny(text, " \t\r\n")
}

func fitsHost(f *forms, host string) bool {
	if f.host.MatchString(host) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}
