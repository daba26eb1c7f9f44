// Package policy holds the words an operator writes: what a policy may say, how it is
// read, and what can be wrong with it or with a request.
//
// Keys are the Go field names in lowerCamel (JWKSURL is jwksURL, DPoP is dpop), so that the
// same policy can be written as JSON, as YAML, as Go, and in Traefik's dynamic configuration.
package policy
