//go:build race
// +build race

package main_test

// idleBytes is more where the race detector remembers what was read and written.
const idleBytes = 400 << 10
