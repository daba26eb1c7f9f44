package token

// Remembered counts the verified and the refused tokens that the process remembers.
func Remembered() (verified, refused int) {
	return count(shared.verified), count(shared.refused)
}

// Bound makes the memory of tokens smaller until the returned function is called.
func Bound(verified, refused int) (restore func()) {
	was, wasRefused := shared.verified, shared.refused
	shared.verified = newGenerations(verified)
	shared.refused = newGenerations(refused)
	return func() {
		shared.verified = was
		shared.refused = wasRefused
	}
}

// MaxAsking is how many questions to one endpoint may be open.
const MaxAsking = maxAsking
