//go:build !traefik
// +build !traefik

package token

import (
	"context"
	"crypto/sha256"
	"time"
)

// useShared uses up a proof for all processes. ErrProof: one of them has seen it.
// ErrUnavailable: nobody can tell.
func useShared(ctx context.Context, b *Binding, id proofID, issued time.Time) error {
	fresh, err := b.proofs.Use(ctx, sha256.Sum256([]byte(id.key+id.jti)), issued, issued.Add(b.age))
	switch {
	case err != nil:
		return ErrUnavailable
	case !fresh:
		return badProof("its jti was used before")
	}
	return nil
}
