package traffic

import (
	"strconv"
	"time"
)

// commonLog is the form of the time in common access logs.
const commonLog = "02/Jan/2006:15:04:05 -0700"

// timeOf reads a time in one of the forms of logs; zero if it is none.
func timeOf(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", commonLog} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return sinceEpoch(text)
}

// sinceEpoch reads seconds since 1970, or a unit so small that the number would be a time
// thousands of years away.
func sinceEpoch(text string) time.Time {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number <= 0 || number > 1e19 {
		return time.Time{}
	}
	for number > 1e11 {
		number /= 1e3
	}
	whole := int64(number)
	return time.Unix(whole, int64((number-float64(whole))*1e9)).UTC()
}
