package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progressOutput is where progress is shown; nil if nowhere.
func progressOutput(params replayParams, stderr io.Writer) io.Writer {
	if params.quiet || !terminal(stderr) {
		return nil
	}
	return stderr
}

// replayProgress is a bar that says how far a run is, how fast, and how long it will take.
type replayProgress struct {
	container *mpb.Progress
	bar       *mpb.Bar
	read      func() (bytes, requests int64)
	began     time.Time
	over      chan struct{}
	stopped   chan struct{}
}

// refreshRate is how often the bar moves.
const refreshRate = 200 * time.Millisecond

// newReplayProgress shows a bar until its end. The total is in bytes; 0: nobody knows it.
func newReplayProgress(out io.Writer, total int64, read func() (bytes, requests int64)) *replayProgress {
	p := &replayProgress{read: read, began: time.Now(), over: make(chan struct{}), stopped: make(chan struct{})}
	p.container = mpb.New(mpb.WithOutput(out), mpb.WithRefreshRate(refreshRate), mpb.WithAutoRefresh(), mpb.WithWidth(80))
	rate := decor.Any(func(decor.Statistics) string { return p.rate() })
	if total == 0 {
		p.bar = p.container.AddSpinner(0, mpb.AppendDecorators(rate), mpb.BarRemoveOnComplete())
	} else {
		p.bar = p.container.AddBar(total, mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.Percentage(decor.WC{W: 5})),
			mpb.AppendDecorators(rate, decor.Name(", "), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")))
	}
	go p.follow(total)
	return p
}

// follow moves the bar. It is never full before the end: that would end it.
func (p *replayProgress) follow(total int64) {
	defer close(p.stopped)
	ticker := time.NewTicker(refreshRate)
	defer ticker.Stop()
	for {
		select {
		case <-p.over:
			return
		case <-ticker.C:
			if read, _ := p.read(); total == 0 || read < total {
				p.bar.SetCurrent(read)
			}
		}
	}
}

func (p *replayProgress) rate() string {
	_, requests := p.read()
	return fmt.Sprintf("%s requests, %s/s", grouped(requests), grouped(int64(float64(requests)/time.Since(p.began).Seconds())))
}

// end takes the bar away.
func (p *replayProgress) end() {
	close(p.over)
	<-p.stopped
	p.bar.Abort(true)
	p.container.Wait()
}

// grouped writes a number with its thousands apart.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + " " + text[at:]
	}
	return text
}
