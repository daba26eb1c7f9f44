package replay

import (
	"slices"
	"strings"
)

// maskChars are what logs write instead of the characters of a token.
const maskChars = "*•…xX.#-_"

// masked tells whether a log has something else in the place of a token, such as
// "Bearer ***" or "[REDACTED]".
func masked(authorization string) bool {
	fields := strings.Fields(authorization)
	if len(fields) == 0 {
		return false
	}
	last := fields[len(fields)-1]
	if strings.Trim(last, maskChars) == "" {
		return true
	}
	word := strings.ToLower(strings.Trim(last, "[]<>(){}*"))
	return slices.Contains([]string{"redacted", "masked", "filtered", "hidden", "removed", "omitted", "sanitized", "secret"}, word)
}
