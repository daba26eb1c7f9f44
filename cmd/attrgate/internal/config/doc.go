// Package config holds the words for the gateway itself: the section "gateway" that a
// policy file may have beside the policy. Its types are plain data; the packages that do
// the work take what they need from them.
package config
