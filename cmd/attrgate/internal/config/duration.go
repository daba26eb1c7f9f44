package config

import (
	"cmp"
	"strconv"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Duration returns the duration that a checked field holds, or the default if it is empty.
func Duration(text, otherwise string) time.Duration {
	d, err := time.ParseDuration(cmp.Or(text, otherwise))
	if err != nil {
		return 0 // Check has refused it
	}
	return d
}

func checkDuration(text, path string, ps *policy.Problems) {
	if text == "" {
		return
	}
	if d, err := time.ParseDuration(text); err != nil || d < 0 {
		ps.Add(path, "%q is not a duration such as 30s", text)
	}
}

func element(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}
