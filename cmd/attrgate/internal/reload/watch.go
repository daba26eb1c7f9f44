package reload

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a Watcher waits after the first sign of a change: files that belong
// together are seldom written in one instant.
const settle = 100 * time.Millisecond

// Watcher notices when the content of files changes. It watches their folders, since a file
// that is replaced is another file, and Kubernetes replaces a symbolic link beside it.
type Watcher struct {
	names  []string
	seen   [sha256.Size]byte
	events *fsnotify.Watcher
}

// Watch begins to watch the named files. What changes from now on is told by Run. The files
// need not exist, their folders must.
func Watch(names ...string) (*Watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{names: names, events: events}
	for _, name := range names {
		if err := events.Add(filepath.Dir(name)); err != nil {
			return nil, errors.Join(err, events.Close())
		}
	}
	w.followLinks()
	w.seen = w.digest()
	return w, nil
}

// Run calls changed, never twice at a time, after the content of the files has changed,
// until ctx ends or the Watcher is closed. On a nil Watcher it returns at once.
func (w *Watcher) Run(ctx context.Context, changed func()) {
	if w == nil {
		return
	}
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-settled:
			settled = nil
			w.compare(changed)
			continue
		case _, open := <-w.events.Events:
			if !open {
				return
			}
		case _, open := <-w.events.Errors: // events may have been lost: look
			if !open {
				return
			}
		}
		if settled == nil {
			settled = time.After(settle)
		}
	}
}

// Close ends the watch. It may be called on a nil Watcher, and twice.
func (w *Watcher) Close() {
	if w != nil {
		_ = w.events.Close() // nothing is written, so nothing is lost
	}
}

func (w *Watcher) compare(changed func()) {
	w.followLinks()
	now := w.digest()
	if now == w.seen {
		return // something else in the folder
	}
	w.seen = now
	changed()
}

// followLinks watches the folders too in which the files really are.
func (w *Watcher) followLinks() {
	for _, name := range w.names {
		if real, err := filepath.EvalSymlinks(name); err == nil {
			_ = w.events.Add(filepath.Dir(real)) // may be gone again; then the link has changed
		}
	}
}

// digest stands for the content of all files.
func (w *Watcher) digest() [sha256.Size]byte {
	var all []byte
	for _, name := range w.names {
		all = append(all, digestOf(name)...)
	}
	return sha256.Sum256(all)
}

// looked bounds how much of a file is looked at: no policy and no certificate is as long.
const looked = 16 << 20

// digestOf stands for the content of a file; one that cannot be read is like an empty one.
func digestOf(name string) []byte {
	content := sha256.New()
	if file, err := os.Open(name); err == nil {
		_, _ = io.Copy(content, io.LimitReader(file, looked))
		_ = file.Close() // it was only read
	}
	return content.Sum(nil)
}
