package policy

// Violation is one way in which a request breaks a rule.
//
// Its JSON form is for logs and leaves out what the client wrote; what the client gets
// back is up to the gate.
type Violation struct {
	// Pointer leads to the place in the body (RFC 6901). It may hold keys.
	Pointer string `json:"-"`

	// Key is the attribute's key as the client sent it.
	Key string `json:"-"`

	// Name is the normalised key.
	Name string `json:"name,omitempty"`

	// Rule is the word of the policy that is broken, such as type or required.
	Rule string `json:"rule"`

	// Want is what the rule asks for.
	Want string `json:"want,omitempty"`

	// Got is a kind or a length, never a value.
	Got string `json:"got,omitempty"`
}
