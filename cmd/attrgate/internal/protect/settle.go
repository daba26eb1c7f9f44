package protect

import "time"

// Settle waits until no request is under way, or for as long as it may: those that have been
// cut off are still to be written down.
func (f *Front) Settle(atMost time.Duration) {
	for late := time.Now().Add(atMost); f.underWay.Load() > 0 && time.Now().Before(late); {
		time.Sleep(time.Millisecond)
	}
}
