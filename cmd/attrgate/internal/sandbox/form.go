package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
)

var errNotForm = springFault{http.StatusBadRequest, "the form must be a JSON object"}

// serveForm answers the Update Form API, whose heading the document of the channel session
// API carries by mistake: the form comes back, with an id if it had none. Nothing is kept.
func serveForm(w http.ResponseWriter, r *http.Request) {
	form, err := readForm(w, r)
	if err != nil {
		answerSpringFault(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, form)
}

func readForm(w http.ResponseWriter, r *http.Request) (object, error) {
	if r.Method != http.MethodPut {
		w.Header().Set("Allow", "PUT")
		return nil, errMethod
	}
	text, err := readSpringBody(w, r)
	if err != nil {
		return nil, err
	}
	form, err := parseObject(text)
	if err != nil {
		return nil, errNotForm
	}
	if form.get("id") != nil {
		return form, nil
	}
	withID, err := object{}.with("id", randomID())
	return withID.merge(form), err
}

// randomID has the 24 hex digits of the ids that ExpertFlow gives.
func randomID() string {
	var id [12]byte
	// Read never fails, says its documentation.
	_, _ = rand.Read(id[:])
	return hex.EncodeToString(id[:])
}
