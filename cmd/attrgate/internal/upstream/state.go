package upstream

// AddressState is how an address is doing.
type AddressState struct {
	// Upstream and Address name it.
	Upstream, Address string

	// Illness says why it gets no requests as long as others are well; empty: it is well.
	Illness string

	// UnderWay is how many requests it is busy with.
	UnderWay int64
}

// State returns how the addresses are doing, in the order of the configuration.
func (p *Pool) State() []AddressState {
	states := make([]AddressState, 0, len(p.addresses))
	for _, a := range p.addresses {
		state := AddressState{Upstream: p.name, Address: a.text, UnderWay: a.underWay.Load()}
		if illness := a.illness.Load(); illness != nil {
			state.Illness = "health check: " + *illness
		} else if a.ejected(p.now()) {
			state.Illness = "left alone after failures"
		}
		states = append(states, state)
	}
	return states
}
