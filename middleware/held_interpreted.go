//go:build yaegi
// +build yaegi

package middleware

import (
	"bytes"
	"io"
)

// hold is all of the standard library, which need not be interpreted to be read.
func hold(body []byte) io.ReadCloser {
	return io.NopCloser(bytes.NewReader(body))
}
