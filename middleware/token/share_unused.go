//go:build traefik
// +build traefik

package token

import (
	"context"
	"time"
)

// useShared is not called: the plugin has no proofs in common with other processes.
func useShared(context.Context, *Binding, proofID, time.Time) error { return ErrUnavailable }
