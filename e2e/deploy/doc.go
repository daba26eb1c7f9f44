// Package deploy tests what packages the gateway: each file with the program that will read
// it, or with that program's own library.
package deploy
