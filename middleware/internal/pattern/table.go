package pattern

import (
	"strconv"

	"github.com/attrgate/attrgate/middleware/policy"
)

// Table finds among many patterns in time that depends on the path's length only.
// It is built once and then only read.
type Table struct {
	exact  *node // literals as written
	folded *node // literals in one letter case; paths that may be any end at its root
	routes []Pattern
	most   int // more segments than any route has: no path is divided into more
	short  *short
	usual  *usualPaths // nil: this build has none
}

// node is a place in the tree of segments.
type node struct {
	literals map[string]*node
	variable *node
	methods  map[string]int // the first route of each method that ends here
	first    int            // the first route of any method that ends here
}

// None is the route of a Match that no route guards.
const None = -1

// New builds the table. A pattern that an earlier one covers can never be reached and is
// a problem.
func New(patterns []Pattern, path string, ps *policy.Problems) *Table {
	t := &Table{exact: newNode(), folded: newNode(), routes: patterns}
	for i := range patterns {
		if patterns[i].Method == "" {
			continue // it has a problem already
		}
		if by := lowest(covering(t.exact, patterns[i].Segments), patterns[i].Method); by != None {
			ps.Add(path+index(i)+".match", "never reached: routes%s matches all of it", index(by))
		}
		add(t.exact, patterns[i], i, false)
		add(t.folded, patterns[i], i, true)
		add(t.folded, Pattern{Method: patterns[i].Method}, i, true)
		t.most += len(patterns[i].Segments) + 1
	}
	t.short = newShort(t)
	t.usual = newUsualPaths(t)
	return t
}

func newNode() *node {
	return &node{literals: map[string]*node{}, methods: map[string]int{}}
}

func add(n *node, p Pattern, route int, folded bool) {
	for _, s := range p.Segments {
		n = child(n, s, folded)
	}
	if len(n.methods) == 0 {
		n.first = route
	}
	if _, taken := n.methods[p.Method]; !taken {
		n.methods[p.Method] = route
	}
}

// child returns the node below n for a segment, made if it is not there yet.
func child(n *node, s Segment, folded bool) *node {
	if s.Variable != "" {
		if n.variable == nil {
			n.variable = newNode()
		}
		return n.variable
	}
	literal := s.Literal
	if folded {
		literal = fold(literal)
	}
	if n.literals[literal] == nil {
		n.literals[literal] = newNode()
	}
	return n.literals[literal]
}

// covering collects the nodes of the earlier patterns that match whatever these segments
// match. It looks at the shape alone: a variable whose pattern fails is a refusal and does
// not hand the request on to the next route.
func covering(n *node, segments []Segment) []*node {
	if len(segments) == 0 {
		return []*node{n}
	}
	var found []*node
	if n.variable != nil {
		found = covering(n.variable, segments[1:])
	}
	if next := n.literals[segments[0].Literal]; next != nil && segments[0].Variable == "" {
		found = append(found, covering(next, segments[1:])...)
	}
	return found
}

// ends appends to found the nodes at which a path may end, literal before variable.
func ends(n *node, segments []string, found []*node) []*node {
	for i, s := range segments {
		next := n.literals[s]
		if next != nil && n.variable != nil {
			found = ends(next, segments[i+1:], found)
			return ends(n.variable, segments[i+1:], found)
		}
		if next == nil {
			next = n.variable
		}
		if next == nil {
			return found
		}
		n = next
	}
	if len(n.methods) == 0 {
		return found
	}
	return append(found, n)
}

// lowest is the first route, in the policy's order, of those that end at nodes and have
// the method.
func lowest(nodes []*node, method string) int {
	route := None
	for _, n := range nodes {
		if r, ok := n.methods[method]; ok && (route == None || r < route) {
			route = r
		}
	}
	return route
}

func index(i int) string {
	return "[" + strconv.Itoa(i) + "]"
}
