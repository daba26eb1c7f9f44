package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"
)

// plainly says what a flag takes in the place of what Go's parsers say of themselves.
func plainly(err error) error {
	wrong := (*pflag.InvalidValueError)(nil)
	if !errors.As(err, &wrong) {
		return err
	}
	want, known := map[string]string{
		"bool":     "true or false",
		"int":      "a whole number",
		"float64":  "a number",
		"duration": "a duration such as 10s",
	}[wrong.GetFlag().Value.Type()]
	if !known {
		return err
	}
	return fmt.Errorf("invalid argument %q for %q flag: must be %s", wrong.GetValue(), "--"+wrong.GetFlag().Name, want)
}
