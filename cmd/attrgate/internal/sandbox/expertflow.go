package sandbox

import (
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
)

//go:embed session.json
var sessionSample string

var errNoSession = springFault{http.StatusNotFound, "channel session not found"}

// sessions answers the ExpertFlow API. What is stored of a session is its list of attributes.
type sessions struct {
	sample object
	store  store
	known  map[string]bool
}

func (s sessions) serve(w http.ResponseWriter, r *http.Request, id string) {
	session, err := s.answer(w, r, id)
	if err != nil {
		answerSpringFault(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, session)
}

func (s sessions) answer(w http.ResponseWriter, r *http.Request, id string) (object, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return s.read(id)
	case http.MethodPut:
		return s.write(w, r, id)
	}
	w.Header().Set("Allow", "GET, HEAD, PUT")
	return nil, errMethod
}

func (s sessions) read(id string) (object, error) {
	if !s.exists(id) {
		return nil, errNoSession
	}
	stored, err := s.store.view(sessionKey(id))
	if err != nil {
		return nil, err
	}
	return s.full(id, stored)
}

// write looks at the request before the session, in the order of the vendor's description.
func (s sessions) write(w http.ResponseWriter, r *http.Request, id string) (full object, err error) {
	changes, err := readAttributes(w, r)
	if err != nil {
		return nil, err
	}
	if !s.exists(id) {
		return nil, errNoSession
	}
	err = s.store.update(sessionKey(id), func(stored []byte) ([]byte, error) {
		updated, err := s.apply(stored, changes)
		if err != nil {
			return nil, err
		}
		full, err = s.full(id, updated)
		return updated, err
	})
	return full, err
}

func (s sessions) exists(id string) bool {
	return isID(id) && (len(s.known) == 0 || s.known[id])
}

// apply merges the changes into the stored attributes, or into the sample's at first.
func (s sessions) apply(stored []byte, changes []attribute) ([]byte, error) {
	data, err := parseObject(s.sample.get("channelData"))
	if err != nil {
		return nil, err
	}
	if stored == nil {
		stored = data.get("additionalAttributes")
	}
	var attributes []attribute
	if err := json.Unmarshal(stored, &attributes); err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	return encode(mergeAttributes(attributes, changes))
}

// full is the sample with this id and, if there are any, the stored attributes.
func (s sessions) full(id string, stored []byte) (object, error) {
	session, err := s.sample.with("id", id)
	if err != nil || stored == nil {
		return session, err
	}
	data, err := parseObject(session.get("channelData"))
	if err != nil {
		return nil, err
	}
	data = data.merge(object{{name: "additionalAttributes", value: stored}})
	text, err := encode(data)
	return session.merge(object{{name: "channelData", value: text}}), err
}

func sessionKey(id string) string {
	return "expertflow/" + id
}
