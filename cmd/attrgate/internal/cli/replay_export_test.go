package cli

import "io"

// ShowReplayProgress shows progress as replay does on a terminal. It returns what ends it.
func ShowReplayProgress(out io.Writer, total int64, read func() (bytes, requests int64)) (end func()) {
	return newReplayProgress(out, total, read).end
}
