package replay

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/traffic"
	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// counts is a Breakdown in the making.
type counts struct {
	count                                                  int64
	causes, routes, codes, rules, names, clients, subjects top
}

// maxWord bounds the words of a report, in characters.
const maxWord = 100

// between divides the parts of a cause. It is in none of them: controls are cut out.
const between = "\x00"

// add counts a request with the reasons of one verdict. Who called is told by the other.
func (c *counts) add(record *traffic.Record, reasons, caller *verdict) {
	c.count++
	route := first(reasons.Route, caller.Route)
	code := codeOf(reasons.Refusal)
	c.routes.add(first(route, "not guarded"), 1, 0)
	if code != "" {
		c.codes.add(code, 1, 0)
	}
	addWord(&c.clients, caller.client)
	addWord(&c.subjects, caller.subject)
	c.addViolations(record, reasons.Refusal, route+between+code)
}

func addWord(t *top, text string) {
	if text != "" {
		t.add(short(text), 1, 0)
	}
}

// codeOf is the code of a refusal; of one that only the log knows, perhaps its status.
func codeOf(r *middleware.Refusal) string {
	switch {
	case r == nil:
		return ""
	case r.Code == "" && r.Status != 0:
		return "status " + strconv.Itoa(r.Status)
	}
	return string(r.Code)
}

// addViolations counts each rule and each name once for the request.
func (c *counts) addViolations(record *traffic.Record, r *middleware.Refusal, cause string) {
	if r == nil || len(r.Violations) == 0 {
		c.addCause(record, cause+between+between, nil)
		return
	}
	for i := range r.Violations {
		v, before := &r.Violations[i], r.Violations[:i]
		sameRule, sameName, same := false, v.Name == "", false
		for j := range before {
			sameRule = sameRule || before[j].Rule == v.Rule
			sameName = sameName || before[j].Name == v.Name
			same = same || (before[j].Rule == v.Rule && before[j].Name == v.Name)
		}
		if !sameRule {
			addWord(&c.rules, v.Rule)
		}
		if !sameName {
			addWord(&c.names, v.Name)
		}
		if !same {
			c.addCause(record, cause+between+short(v.Rule)+between+short(v.Name), v)
		}
	}
}

func (c *counts) addCause(record *traffic.Record, key string, v *policy.Violation) {
	entry := c.causes.add(key, 1, 0)
	if entry.sample != nil {
		return // records come in order
	}
	entry.sample = &Sample{Place: record.Place.String(), order: record.Order}
	if v != nil {
		entry.sample.Pointer, entry.sample.Want, entry.sample.Got = short(v.Pointer), v.Want, v.Got
	}
}

// short makes text from a request fit for a report: without controls, and not too long.
func short(text string) string {
	if len(text) <= maxWord && strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	text = strings.Map(func(r rune) rune {
		if unprintable(r) {
			return utf8.RuneError
		}
		return r
	}, text)
	if utf8.RuneCountInString(text) > maxWord {
		text = string([]rune(text)[:maxWord]) + "…"
	}
	return text
}

func unprintable(r rune) bool { return !strconv.IsPrint(r) }

func (c *counts) merge(other *counts) {
	c.count += other.count
	own, more := c.lists(), other.lists()
	for i := range own {
		own[i].merge(more[i])
	}
}

func (c *counts) lists() []*top {
	return []*top{&c.causes, &c.routes, &c.codes, &c.rules, &c.names, &c.clients, &c.subjects}
}

func (c *counts) breakdown(limit int) Breakdown {
	return Breakdown{
		Count: c.count, Causes: causes(&c.causes, limit),
		Routes: rows(&c.routes, limit), Codes: rows(&c.codes, limit), Rules: rows(&c.rules, limit),
		Names: rows(&c.names, limit), Clients: rows(&c.clients, limit), Subjects: rows(&c.subjects, limit),
	}
}

func rows(t *top, limit int) []Row {
	found := []Row{} // in JSON, none is an empty list
	for _, c := range t.sorted() {
		if len(found) < limit {
			found = append(found, Row{Word: c.key, Count: c.count, Over: c.over})
		}
	}
	return found
}

func causes(t *top, limit int) []Cause {
	found := []Cause{}
	for _, c := range t.sorted() {
		if len(found) == limit {
			break
		}
		parts := strings.Split(c.key, between)
		found = append(found, Cause{
			Route: parts[0], Code: parts[1], Rule: parts[2], Name: parts[3],
			Count: c.count, Over: c.over, Sample: *c.sample,
		})
	}
	return found
}
