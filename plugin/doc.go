// yaegi:tags yaegi traefik

// Package plugin is Traefik's door to attrgate. Traefik runs it interpreted, from source.
//
// The comment at the top of this file tells the interpreter to read the files that are
// meant for it, and to leave out what Traefik never calls. It works only in the package's
// first file by name, before any import.
package plugin
