package advice

import (
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// onTiming notes published keys that are over before the issuer may be asked for others.
func onTiming(issuer policy.Issuer, path string, found *policy.Problems) {
	fresh := duration(issuer.KeysFreshFor, 5*time.Minute)
	stale := duration(issuer.KeysStaleFor, time.Hour)
	floor := duration(issuer.KeysFloor, 10*time.Second)
	if fresh+stale < floor {
		found.Add(path+".keysFloor", "for %s of %s every token is refused with 503: the keys are over after keysFreshFor and "+
			"keysStaleFor, and the issuer may not be asked yet", floor-fresh-stale, floor)
	}
}

// duration is what a text means, or its default; what cannot be read is a problem already.
func duration(text string, usual time.Duration) time.Duration {
	if read, err := time.ParseDuration(text); err == nil {
		return read
	}
	return usual
}
