package policytest

// Case is one example: a request, and what must become of it under a policy.
type Case struct {
	// Name is the case's folder, relative to the corpus, with forward slashes.
	Name string
	// Dir is where the case's folder lies.
	Dir string
	// Policy holds the policy that counts for this case.
	Policy []byte
	// PolicyFile is the path of its file, policy.json or policy.yaml.
	PolicyFile string
	// Request is what the client sends.
	Request Message
	// Forwarded is what must reach the backend; nil where the request must be refused.
	Forwarded *Message
	// Refused is what the client must get; nil where the request must be forwarded.
	Refused *Message
	// Decision holds decision.json; nil where there is none.
	Decision []byte
	// Doors names the doors that cannot run this case, each with the reason.
	Doors map[string]string
}

// Names of the files of a case.
const (
	policyFile    = "policy.json"
	policyYAML    = "policy.yaml"
	requestFile   = "request.http"
	forwardedFile = "forwarded.http"
	refusedFile   = "refused.http"
	decisionFile  = "decision.json"
	doorsFile     = "doors.json"
)
