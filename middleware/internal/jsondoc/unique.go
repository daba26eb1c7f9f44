//go:build !yaegi
// +build !yaegi

package jsondoc

import "hash/maphash"

// few is how many names are compared each with each; more are looked up by their hashes.
const few = 8

// nameList is the names of an object, which are in one of the two.
type nameList struct {
	names   []string
	members []Member
}

func (n *nameList) count() int { return len(n.names) + len(n.members) }

func (n *nameList) at(i int) string {
	if len(n.members) > 0 {
		return n.members[i].Name
	}
	return n.names[i]
}

func (s *scanner) unique(names nameList) bool {
	if names.count() > few {
		return s.uniqueByHash(&names)
	}
	for i := 1; i < names.count(); i++ {
		for j := 0; j < i; j++ {
			if names.at(i) == names.at(j) {
				return false
			}
		}
	}
	return true
}

// uniqueByHash keeps the names in a table with open addressing, at most half full. The hash
// has a seed that nobody outside can know, so that no body can make all names meet.
func (s *scanner) uniqueByHash(names *nameList) bool {
	slots := s.table(2 * names.count()) // half of a name's hash, and its place in names, from one; zero: free
	seed := maphash.MakeSeed()
	for i := 0; i < names.count(); i++ {
		name := names.at(i)
		hash := maphash.String(seed, name)
		at := int(hash) & (len(slots) - 1)
		for slots[at] != 0 {
			if slots[at]>>32 == hash>>32 && names.at(int(uint32(slots[at]))-1) == name {
				return false
			}
			at = (at + 1) & (len(slots) - 1)
		}
		slots[at] = hash>>32<<32 | uint64(i+1)
	}
	return true
}

// table returns an empty table of at least the given size, a power of two.
func (s *scanner) table(least int) []uint64 {
	size := 4 * few
	for size < least {
		size *= 2
	}
	if cap(s.slots) < size {
		s.slots = make([]uint64, size)
		return s.slots
	}
	slots := s.slots[:size]
	for i := range slots {
		slots[i] = 0
	}
	return slots
}
