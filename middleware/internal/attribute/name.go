package attribute

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/attrgate/attrgate/middleware/internal/regex"
	"github.com/attrgate/attrgate/middleware/policy"
)

// naming turns keys into names.
type naming struct {
	unwrap      bool
	style       string
	prefix      string
	onReserved  string
	onCollision string
	wrapper     *regexp.Regexp
	hidden      *regexp.Regexp
	plain       *alphabet // plainChars
	tight       *alphabet // the same without the space
	allowed     *regexp.Regexp
	own         bool // allowed was set by the policy
	plainly     bool // tidy names in plain characters stay as they are, unless they are reserved
	aliases     map[string]string
	reserved    map[string]bool
	longest     int

	reservedHeads *alphabet // what reserved names begin with, if that is in ASCII
}

const (
	// wrapper begins the form in which SalesIQ's bots and its router read a custom info; a
	// percent sign ends it. As a key it comes with either percent sign missing, in any letter
	// case, with spaces, and once inside itself.
	wrapper = `(?i)^%?\s*visitor\s*\.\s*custom[_ ]?info\s*\.`

	// mostWrappers bounds the wrappers inside of one another. To take one off means to look
	// through all of what is in it; a key with thousands has no name.
	mostWrappers = 8

	// hidden are characters that a reader does not see or that change the order of others:
	// controls, format characters such as bidirectional overrides and zero-width joiners,
	// line and paragraph separators, private use (Unicode categories C and Zl, Zp); and the
	// letters and marks among what is to be ignored where it cannot be shown (Unicode's
	// Default_Ignorable_Code_Point), such as variation selectors and fillers.
	hidden = `[\p{C}\p{Zl}\p{Zp}\x{34F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}\x{E0100}-\x{E01EF}]`

	// allowed is our choice; the vendors document none.
	allowed = `[\p{L}\p{N}\p{M} _\-.:/%()&+#@']+`

	// plainChars is the ASCII part of allowed.
	plainChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.:/%()&+#@'"
)

func newNaming(keys policy.Keys, longest int, path string, ps *policy.Problems) *naming {
	n := &naming{
		unwrap:      keys.Unwrap != nil && *keys.Unwrap,
		style:       keys.Style,
		prefix:      keys.Prefix,
		onReserved:  keys.OnReserved,
		onCollision: keys.OnCollision,
		wrapper:     regex.Must(wrapper),
		hidden:      regex.Must(hidden),
		plain:       newAlphabet(plainChars),
		tight:       newAlphabet(strings.ReplaceAll(plainChars, " ", "")),
		allowed:     whole(allowed, path+".allowed", ps),
		own:         keys.Allowed != "",
		reserved:    map[string]bool{},
		longest:     longest,
	}
	if n.own {
		n.allowed = whole(keys.Allowed, path+".allowed", ps)
	}
	ps.OneOf(path+".style", keys.Style, "preserve", "lower", "upper", "title", "snake", "kebab", "camel", "pascal")
	ps.OneOf(path+".onReserved", keys.OnReserved, "refuse", "allow", "prefix")
	ps.OneOf(path+".onCollision", keys.OnCollision, "refuse", "first", "last")
	if keys.OnReserved != "allow" {
		addReserved(n, keys.Reserved)
	}
	n.plainly = keys.Style == "preserve" && len(keys.Aliases) == 0 && !n.own
	addAliases(n, keys.Aliases, path+".aliases", ps)
	checkPrefix(n, keys.Reserved, path+".prefix", ps)
	return n
}

func addReserved(n *naming, names []string) {
	heads := ""
	for _, name := range names {
		folded := loosely(name)
		n.reserved[folded] = true
		if folded != "" {
			heads += folded[:1] + strings.ToUpper(folded[:1])
		}
	}
	n.reservedHeads = newAlphabet(heads)
}

// addAliases compiles the aliases. A name that an alias makes must be one that a client
// could have sent, and no other alias may replace it: naming a name changes nothing.
func addAliases(n *naming, aliases []policy.Alias, path string, ps *policy.Problems) {
	compiled := map[string]string{}
	for i, a := range aliases {
		at := path + "[" + strconv.Itoa(i) + "]"
		from := spelled(n, a.From)
		to := normalise(n, a.To)
		if from == "" {
			ps.Add(at+".from", "required")
		}
		if compiled[from] != "" {
			ps.Add(at+".from", "%q has an alias already", a.From)
		}
		if to != a.To || nameFault(n, to) != nil {
			ps.Add(at+".to", "%q is no name that these keys can have", a.To)
		}
		compiled[from] = to
	}
	for i, a := range aliases {
		if compiled[a.To] != "" {
			ps.Add(path+"["+strconv.Itoa(i)+"].to", "%q is itself replaced by an alias", a.To)
		}
	}
	n.aliases = compiled
}

// checkPrefix holds the prefix to making names that are not reserved.
func checkPrefix(n *naming, reserved []string, at string, ps *policy.Problems) {
	for _, name := range reserved {
		made := styled(n.style, n.prefix+name)
		if n.onReserved == "prefix" && (n.reserved[loosely(made)] || nameFault(n, made) != nil) {
			ps.Add(at, "%q before the reserved name %q makes no name", n.prefix, name)
		}
	}
}

// Name gives every attribute its name, and reports keys that have none or share one.
func Name(r *Rules, b *Body) []policy.Violation {
	var violations []policy.Violation
	differ := !r.list // as long as keys are names: those of an object's members do
	for i := range b.Attributes {
		a := &b.Attributes[i]
		if differ && stands(r.naming, a.Key) {
			a.Name = a.Key
			continue
		}
		name := normalise(r.naming, a.Key)
		if v := keyFault(r.naming, a.Key, name); v != nil {
			v.Pointer = pointer(a)
			v.Key = a.Key
			violations = append(violations, *v)
			continue
		}
		a.Name = name
		if differ && name == a.Key {
			continue
		}
		differ = false
		violations = append(violations, collide(r, b, i)...)
	}
	return violations
}

// settle decides who keeps a name that another attribute has.
func settle(r *Rules, b *Body, i, other int) []policy.Violation {
	a := &b.Attributes[i]
	switch r.naming.onCollision {
	case "first":
		a.Dropped = true
		return nil
	case "last":
		b.Attributes[other].Dropped = true
		return nil
	}
	return []policy.Violation{violation(a, "", "keys.onCollision", "one attribute of each name", "another before it")}
}

// normalise makes a name of a key: white space, wrappers, style, alias, prefix.
func normalise(n *naming, key string) string {
	name := spelled(n, key)
	if to := n.aliases[name]; to != "" {
		name = to
	}
	if n.onReserved == "prefix" && has(n.reserved, name) {
		name = styled(n.style, n.prefix+name)
	}
	return name
}

// spelled takes off white space and wrappers and applies the style.
func spelled(n *naming, key string) string {
	name := collapse(n, key)
	for i := 0; n.unwrap && strings.Contains(name, "."); i++ {
		inner, wrapped := unwrapped(n, name)
		if !wrapped {
			break
		}
		if i == mostWrappers {
			return ""
		}
		name = collapse(n, inner)
	}
	if n.style != "preserve" {
		name = styled(n.style, name)
	}
	return name
}

// collapse trims white space and makes one space of a run of it.
func collapse(n *naming, s string) string {
	if madeOf(n.tight, s) || tidy(n, s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// tidy tells whether there is no white space in a text but single spaces inside.
func tidy(n *naming, s string) bool {
	return madeOf(n.plain, s) && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.Contains(s, "  ")
}

// keyFault says what keeps a key from having a name. White space aside, hidden characters
// are looked for in the key: a name must not be made by losing them.
func keyFault(n *naming, key, name string) *policy.Violation {
	if !madeOf(n.plain, key) && n.hidden.MatchString(key) {
		return &policy.Violation{Rule: "keys", Want: "no control, bidirectional or zero-width characters", Got: "some"}
	}
	return nameFault(n, name)
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
	case isReserved(n, name):
		return &policy.Violation{Name: name, Rule: "keys.reserved", Want: "another name", Got: "a reserved one"}
	}
	return nil
}

func allowedName(n *naming, name string) bool {
	if !n.own && madeOf(n.plain, name) {
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
