package main

import (
	"os"
	"testing"
	"time"
)

// TestSoak runs for two minutes, or for the time in ATTRGATE_SOAK.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes minutes")
	}
	duration := 2 * time.Minute
	if text := os.Getenv("ATTRGATE_SOAK"); text != "" {
		var err error
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := soak(t.Context(), options{duration: duration, unrest: 3 * time.Second, rate: 100, root: "../..", out: t.Output()}); err != nil {
		t.Fatal(err)
	}
}
