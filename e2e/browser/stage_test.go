package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/attrgate/attrgate/e2e/internal/command"
)

// startLimit keeps a test from waiting for ever; it measures nothing.
const startLimit = 2 * time.Minute

// attrgate is the command, built once.
var attrgate string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "attrgate-browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	attrgate = filepath.Join(dir, "attrgate")
	if err := command.Build("../..", attrgate); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// window is a window of a browser of its own, which notes what a page should not do.
type window struct {
	ctx context.Context

	mu       sync.Mutex
	requests []string // everything that was asked for
	errors   []string // on the console, or thrown
}

func openWindow(t *testing.T) *window {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starts a browser")
	}
	binary, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("the tests need the Debian package chromium: ", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, end := context.WithTimeout(context.Background(), startLimit)
	t.Cleanup(end)
	ctx, end = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	w := &window{ctx: ctx}
	must(t, chromedp.Listen(ctx, w.note))
	call(t, w, network.Enable, network.EnableParams{})
	call(t, w, log.Enable, cdp.Empty{})
	call(t, w, runtime.Enable, cdp.Empty{})
	return w
}

func (w *window) note(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		w.requests = append(w.requests, event.Request.URL)
	case *runtime.EventExceptionThrown:
		w.errors = append(w.errors, event.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		w.errors = append(w.errors, "console."+string(event.Type))
	case *log.EventEntryAdded:
		w.errors = append(w.errors, event.Entry.Text)
	}
}

// do runs actions in the window.
func (w *window) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	must(t, chromedp.Do(w.ctx, actions...))
}

// ask evaluates an expression of JavaScript in the page.
func ask[T any](t *testing.T, w *window, expression string) T {
	t.Helper()
	answer, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	must(t, err)
	return answer
}

// call gives a command of the DevTools protocol.
func call[P, R any](t *testing.T, w *window, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(w.ctx, command, params)
	must(t, err)
	return result
}

// picture keeps a picture for people, if they want it.
func (w *window) picture(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("ATTRGATE_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}
