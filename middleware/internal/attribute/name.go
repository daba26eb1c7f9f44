package attribute

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/attrgate/attrgate/middleware/policy"
)

// naming turns keys into names.
type naming struct {
	unwrap   bool
	wrapper  *regexp.Regexp
	allowed  *regexp.Regexp
	own      bool // allowed was set by the policy
	reserved map[string]bool
	longest  int
}

// wrapper is the form in which SalesIQ's bots and its router read a custom info. As a key
// it comes with either percent sign missing, in any letter case, with spaces, and once
// inside itself.
const wrapper = `(?is)^\s*%?\s*visitor\s*\.\s*custom_?info\s*\.(.*?)%?\s*$`

// allowed is our choice; the vendors document none.
const allowed = `[\p{L}\p{N}\p{M} _\-.:/%()&+#@']+`

// plainChars is the ASCII part of allowed.
const plainChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.:/%()&+#@'"

func newNaming(keys policy.Keys, longest int, path string, ps *policy.Problems) naming {
	n := naming{
		unwrap:   keys.Unwrap != nil && *keys.Unwrap,
		wrapper:  regexp.MustCompile(wrapper),
		allowed:  whole(allowed, path+".allowed", ps),
		own:      keys.Allowed != "",
		reserved: map[string]bool{},
		longest:  longest,
	}
	if n.own {
		n.allowed = whole(keys.Allowed, path+".allowed", ps)
	}
	planned := []string{"lower", "upper", "snake", "kebab", "camel", "pascal", "title"}
	ps.OneOf(path+".style", keys.Style, []string{"preserve"}, planned)
	ps.OneOf(path+".onReserved", keys.OnReserved, []string{"refuse", "allow"}, []string{"prefix"})
	ps.OneOf(path+".onCollision", keys.OnCollision, []string{"refuse"}, []string{"first", "last"})
	ps.NotYet(path+".aliases", len(keys.Aliases) > 0)
	if keys.OnReserved == "refuse" {
		for _, name := range keys.Reserved {
			n.reserved[loosely(name)] = true
		}
	}
	return n
}

// Name gives every attribute its name, and reports keys that have none or share one.
func Name(r *Rules, attributes []Attribute) []policy.Violation {
	var violations []policy.Violation
	taken := make(map[string]bool, len(attributes))
	for i := range attributes {
		a := &attributes[i]
		name := normalise(&r.naming, a.Key)
		if v := nameFault(&r.naming, name); v != nil {
			v.Pointer = a.at
			v.Key = a.Key
			violations = append(violations, *v)
			continue
		}
		a.Name = name
		if taken[name] {
			violations = append(violations, policy.Violation{
				Pointer: a.at, Key: a.Key, Name: name, Rule: "keys.onCollision",
				Want: "one attribute of each name", Got: "another before it",
			})
		}
		taken[name] = true
	}
	return violations
}

// normalise trims white space and takes off wrappers.
func normalise(n *naming, key string) string {
	name := strings.TrimSpace(key)
	for n.unwrap && strings.Contains(name, ".") {
		inner := n.wrapper.FindStringSubmatch(name)
		if inner == nil {
			break
		}
		name = strings.TrimSpace(inner[1])
	}
	return name
}

// nameFault says what keeps a name from being one.
func nameFault(n *naming, name string) *policy.Violation {
	switch {
	case name == "":
		return &policy.Violation{Rule: "keys", Want: "a name", Got: "nothing"}
	case len(name) > n.longest && utf16Length(name) > n.longest:
		want := "at most " + strconv.Itoa(n.longest) + " UTF-16 units"
		return &policy.Violation{Rule: "limits.nameLength", Want: want, Got: strconv.Itoa(utf16Length(name))}
	case !allowedName(n, name):
		return &policy.Violation{Rule: "keys.allowed", Want: "only allowed characters", Got: "others"}
	case len(n.reserved) > 0 && n.reserved[loosely(name)]:
		return &policy.Violation{Name: name, Rule: "keys.reserved", Want: "another name", Got: "a reserved one"}
	}
	return nil
}

func allowedName(n *naming, name string) bool {
	if !n.own && strings.Trim(name, plainChars) == "" {
		return true
	}
	return n.allowed.MatchString(name)
}

// loosely is how reserved names are compared: without letter case and space.
func loosely(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, " ", ""))
}

// utf16Length is the length that JavaScript and Java give a text.
func utf16Length(s string) int {
	if n := utf8.RuneCountInString(s); n == len(s) {
		return n
	}
	return len(utf16.Encode([]rune(s)))
}
