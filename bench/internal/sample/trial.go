package sample

// Job is how much of the job a contender does; each includes those before.
type Job int

// The parts of the job.
const (
	Nothing Job = iota
	Token       // the token's signature and claims
	Scope       // and that it allows the request
	Whole       // and the body
)

// String says what is done, for tables.
func (j Job) String() string {
	return [...]string{"nothing", "token", "token, scope", "token, scope, body"}[j]
}

// Trial is a request that every contender has to judge before it is measured.
type Trial struct {
	What, Token, Body string

	// Refused says whether it has to be refused.
	Refused bool
}

// Trials returns what a contender that does a job has to judge: first the request that is
// measured, which has to pass, and then requests that must not.
func (s *Signer) Trials(does Job, body string) ([]Trial, error) {
	good, err := s.Token(0)
	if err != nil {
		return nil, err
	}
	poor, err := s.TokenWithoutScope()
	if err != nil {
		return nil, err
	}
	forged := good[:len(good)-8] + "AAAAAAAA"
	return []Trial{
		{"the request", good, body, false},
		{"a token without the scope", poor, body, does >= Scope},
		{"a token with a wrong signature", forged, body, does >= Token},
		{"a value that is too long", good, BadBody(), does >= Whole},
	}, nil
}
