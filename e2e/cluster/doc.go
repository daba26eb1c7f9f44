// Package cluster has no code of its own: its tests take what the project says about
// Kubernetes to a real API server. `make cluster` builds the programs that they need; without
// these they are skipped.
package cluster
