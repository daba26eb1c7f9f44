//go:build !race
// +build !race

package main_test

// idleBytes is how much memory an idle connection may take, with its buffers and stack.
const idleBytes = 40 << 10
