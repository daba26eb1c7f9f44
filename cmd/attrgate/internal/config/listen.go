package config

import (
	"strings"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Activated is the address that stands for sockets that systemd has opened.
const Activated = "systemd"

// ActivatedName returns the name of the sockets that an address stands for, which is empty
// for all of them, and whether it stands for sockets of systemd at all.
func ActivatedName(address string) (name string, ok bool) {
	first, name, named := strings.Cut(address, ":")
	return name, first == Activated && (!named || name != "" && strings.Trim(name, "0123456789") != "")
}

func checkListen(address, path string, ps *policy.Problems) {
	if _, ok := ActivatedName(address); !ok {
		checkAddress(address, path, ps)
	}
}
