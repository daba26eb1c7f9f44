package browser

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openReport opens the report of the day in a window.
func openReport(t *testing.T) (*window, string) {
	t.Helper()
	w := openWindow(t)
	url := report(t, traffic())
	w.do(t, chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("footer")))
	return w, url
}

func TestAReaderSeesWhatWouldChange(t *testing.T) {
	w, _ := openReport(t)
	title, heading := ask[string](t, w, `document.title`), ask[string](t, w, `document.querySelector("h1").innerText`)
	text := ask[string](t, w, `document.querySelector("main").innerText`) // what is not visible is not in it
	if !strings.Contains(title, heading) || !strings.Contains(heading, "would be newly refused") {
		t.Errorf("title %q, heading %q", title, heading)
	}
	for _, seen := range []string{
		"Outcomes", "Newly refused: ", "Newly admitted: ", "Refused otherwise: ", "Newly reported: ", "Forwarded otherwise: ",
		"Not read: 5", "not a JSON object", "access.jsonl:401",
		"custom-info", "channel-session", "invalid_attributes", "invalid_path", "insufficient_scope", "Model", "String10",
		"/customer_info/Model", "desk-1", "agent-3", hostile,
		"guarded requests: the token's claims were believed",
	} {
		if !strings.Contains(text, seen) {
			t.Errorf("not to be seen: %q", seen)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestThePageAsksForNothingAndFindsNoFault(t *testing.T) {
	w, url := openReport(t)
	ask[bool](t, w, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, request := range w.requests {
		if request != url && request != "data:," {
			t.Errorf("it asks for %s", request)
		}
	}
	if len(w.requests) == 0 || len(w.errors) > 0 {
		t.Errorf("%d requests, errors %q", len(w.requests), w.errors)
	}
	if strings.Contains(strings.Join(w.errors, " "), "Sapphire") {
		t.Error("a value is in an error")
	}
}

func TestChartsAreDrawn(t *testing.T) {
	w, _ := openReport(t)
	for what, count := range map[string]string{
		"a bar for each side":      `document.querySelectorAll("#outcomes svg.stack").length - 1`,
		"parts of bars with width": `[...document.querySelectorAll("svg.stack rect")].filter(r => r.getBoundingClientRect().width > 1).length - 3`,
		"columns with height":      `[...document.querySelectorAll("svg.columns rect")].filter(r => r.getBoundingClientRect().height > 1).length - 20`,
		"colours":                  `new Set([...document.querySelectorAll("svg.columns rect")].map(r => getComputedStyle(r).fill)).size - 3`,
		"bars in lists":            `[...document.querySelectorAll("svg.bar .fill")].filter(r => r.getBoundingClientRect().width > 1).length - 10`,
	} {
		if more := ask[int](t, w, count); more <= 0 {
			t.Errorf("too few %s: %d", what, more)
		}
	}
	if black := ask[int](t, w, `[...document.querySelectorAll("svg rect")].filter(r => getComputedStyle(r).fill === "rgb(0, 0, 0)").length`); black > 0 {
		t.Errorf("%d shapes have no colour", black)
	}
}

// TestAScreenReaderFindsItsWay reads the tree that Chromium gives to screen readers.
func TestAScreenReaderFindsItsWay(t *testing.T) {
	w, _ := openReport(t)
	found := map[string][]string{}
	for _, node := range call(t, w, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if !node.Ignored {
			role := valueOf(node.Role)
			found[role] = append(found[role], valueOf(node.Name))
		}
	}
	if len(found["main"]) != 1 || len(found["navigation"]) != 1 || found["navigation"][0] != "Sections" {
		t.Errorf("landmarks: main %q, navigation %q", found["main"], found["navigation"])
	}
	for _, role := range []string{"image", "region", "heading", "link", "table", "rowheader", "columnheader"} {
		if len(found[role]) == 0 {
			t.Errorf("nothing is a %s", role)
		}
	}
	for _, role := range []string{"image", "region", "heading", "link"} {
		if slices.Contains(found[role], "") {
			t.Errorf("a %s has no name: %q", role, found[role])
		}
	}
	if pictures := strings.Join(found["image"], "\n"); !strings.Contains(pictures, "new.yaml: passed: ") || !strings.Contains(pictures, "The most newly refused") {
		t.Errorf("pictures are called %s", pictures)
	}
	if broken := ask[[]string](t, w, `[...document.querySelectorAll("a[href^='#']")].map(a => a.getAttribute("href")).filter(h => !document.getElementById(h.slice(1)))`); len(broken) > 0 {
		t.Errorf("links lead nowhere: %q", broken)
	}
	if twice := ask[int](t, w, `[...document.querySelectorAll("[id]")].length - new Set([...document.querySelectorAll("[id]")].map(e => e.id)).size`); twice > 0 {
		t.Errorf("%d ids are there twice", twice)
	}
}

// valueOf is the text of a property; empty if it is not there.
func valueOf(v *accessibility.Value) (text string) {
	if v != nil {
		_ = json.Unmarshal(v.Value, &text) // what is no text has none
	}
	return text
}

func TestItWorksWithTheKeyboard(t *testing.T) {
	w, _ := openReport(t)
	w.do(t, chromedp.KeyEvent(kb.Tab))
	if at := ask[string](t, w, `document.activeElement.textContent`); at != "To the report" {
		t.Errorf("the first stop is %q", at)
	}
	if left := ask[float64](t, w, `document.activeElement.getBoundingClientRect().left`); left < 0 {
		t.Error("it cannot be seen")
	}
	w.do(t, chromedp.KeyEvent(kb.Enter))
	if at := ask[string](t, w, `location.hash`); at != "#main" {
		t.Errorf("it leads to %q", at)
	}
	if missed := ask[[]string](t, w, `[...document.querySelectorAll(".scroll")].filter(e => e.tabIndex !== 0).map(e => e.outerHTML)`); len(missed) > 0 {
		t.Errorf("what scrolls cannot be reached: %q", missed)
	}
}

// contrast is the least contrast of text and what is behind it (WCAG 2.2, section 1.4.3).
const contrast = `(() => {
	const light = c => { const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
	const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c !== "rgba(0, 0, 0, 0)") return c } return "rgb(255, 255, 255)" }
	let least = 21
	for (const e of document.querySelectorAll("h1, h2, h3, p, a, li, td, th, dt, dd, caption, code, .soft, .share")) {
		if (!e.textContent.trim()) continue
		const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x)
		least = Math.min(least, (a + .05) / (b + .05))
	}
	return least
})()`

func TestTextCanBeReadInLightAndDark(t *testing.T) {
	w, _ := openReport(t)
	backgrounds := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		call(t, w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		w.picture(t, "replay-"+scheme)
		backgrounds[scheme] = ask[string](t, w, `getComputedStyle(document.body).backgroundColor`)
		if least := ask[float64](t, w, contrast); least < 4.5 {
			t.Errorf("%s: the least contrast is %.2f", scheme, least)
		}
	}
	if backgrounds["light"] == backgrounds["dark"] {
		t.Errorf("both are %s", backgrounds["light"])
	}
}

func TestItFitsAPhoneAndPaper(t *testing.T) {
	w, _ := openReport(t)
	w.do(t, chromedp.EmulateViewport(360, 740))
	w.picture(t, "replay-phone")
	if over := ask[int](t, w, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("on a phone it is %d pixels too wide", over)
	}
	if cut := ask[int](t, w, `[...document.querySelectorAll(".lists table")].filter(e => e.getBoundingClientRect().right > e.closest("section").getBoundingClientRect().right).length`); cut > 0 {
		t.Errorf("on a phone %d lists leave their section", cut)
	}
	w.do(t, chromedp.EmulateViewport(720, 1000))
	call(t, w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	w.picture(t, "replay-print")
	if shown := ask[string](t, w, `getComputedStyle(document.querySelector("nav")).display`); shown != "none" {
		t.Error("links are printed")
	}
	if over := ask[int](t, w, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("on paper it is %d pixels too wide", over)
	}
}
