package cli_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

// frames hands on what is written, piece by piece.
type frames chan string

// Write implements io.Writer.
func (f frames) Write(p []byte) (int, error) {
	f <- string(p)
	return len(p), nil
}

func TestReplayShowsProgress(t *testing.T) {
	for name, test := range map[string]struct {
		total int64
		want  string
	}{
		"of files": {100, `50 % \[=+>-+\] 1 234 567 requests, [0-9 ]+/s, [0-9hms.]+ left`},
		"of standard input, whose end no one knows": {0, ` 1 234 567 requests, [0-9 ]+/s`},
	} {
		t.Run(name, func(t *testing.T) {
			written := make(frames)
			end := cli.ShowReplayProgress(written, test.total, func() (int64, int64) { return 50, 1234567 })
			want := regexp.MustCompile(test.want)
			var seen strings.Builder
			for !want.MatchString(seen.String()) { // the deadline of the test ends it otherwise
				seen.WriteString(<-written)
			}
			ended := make(chan struct{})
			go func() { end(); close(ended) }()
			for running := true; running; {
				select {
				case <-written:
				case <-ended:
					running = false
				}
			}
		})
	}
}
