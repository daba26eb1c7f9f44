package sandbox

import (
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"
)

//go:embed conversation.json
var conversationSample string

const customerInfo = "customer_info"

// conversations answers the SalesIQ API. What is stored of a conversation are the members
// in which it differs from the sample.
type conversations struct {
	sample      object
	store       store
	errorsAs200 bool
}

// conversation is the success envelope of SalesIQ.
type conversation struct {
	URL    string `json:"url"`
	Object string `json:"object"`
	Data   object `json:"data"`
}

func (c conversations) serve(w http.ResponseWriter, r *http.Request, screenName, id string) {
	reply, err := c.answer(w, r, screenName, id)
	if err == nil {
		writeJSON(w, http.StatusOK, reply)
		return
	}
	fault := asFault(err)
	status := fault.status()
	if c.errorsAs200 {
		status = http.StatusOK
	}
	writeJSON(w, status, fault.envelope())
}

func (c conversations) answer(w http.ResponseWriter, r *http.Request, screenName, id string) (reply conversation, err error) {
	reply = conversation{URL: r.URL.EscapedPath(), Object: "Object"}
	switch {
	case !isScreenName(screenName):
		return reply, fault{Code: codePortal}
	case !isID(id):
		return reply, fault{Code: codeURL}
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		reply.Object = "conversations"
		reply.Data, err = c.read(screenName, id)
	case http.MethodPut:
		reply.Data, err = c.write(w, r, screenName, id)
	default:
		w.Header().Set("Allow", "GET, HEAD, PUT")
		err = fault{Code: codeMethod}
	}
	return reply, err
}

func (c conversations) read(screenName, id string) (object, error) {
	stored, err := c.store.view(conversationKey(screenName, id))
	if err != nil {
		return nil, err
	}
	return c.full(screenName, id, stored)
}

func (c conversations) write(w http.ResponseWriter, r *http.Request, screenName, id string) (full object, err error) {
	changes, err := readCustomerInfo(w, r)
	if err != nil {
		return nil, err
	}
	err = c.store.update(conversationKey(screenName, id), func(stored []byte) ([]byte, error) {
		updated, err := c.apply(stored, changes)
		if err != nil {
			return nil, err
		}
		full, err = c.full(screenName, id, updated)
		return updated, err
	})
	return full, err
}

// apply merges the changes into what is stored and notes the time.
func (c conversations) apply(stored []byte, changes object) ([]byte, error) {
	members, err := parseStored(stored)
	if err != nil {
		return nil, err
	}
	info, err := parseStored(members.get(customerInfo))
	if err != nil {
		return nil, err
	}
	merged, err := encode(info.merge(changes))
	if err != nil {
		return nil, err
	}
	members, err = members.merge(object{{name: customerInfo, value: merged}}).
		with("last_modified_time", strconv.FormatInt(time.Now().UnixMilli(), 10))
	if err != nil {
		return nil, err
	}
	return encode(members)
}

// full is the sample with an id of its own and the stored members over it.
func (c conversations) full(screenName, id string, stored []byte) (object, error) {
	members, err := parseStored(stored)
	if err != nil {
		return nil, err
	}
	complete, err := c.sample.with("id", resourceID(screenName, id))
	return complete.merge(members), err
}

// readCustomerInfo returns the attributes that a request sends.
func readCustomerInfo(w http.ResponseWriter, r *http.Request) (object, error) {
	if !hasJSONType(r) {
		return nil, fault{Code: codeHeader, Header: "Content-Type"}
	}
	text, err := readJSON(w, r)
	if err != nil {
		return nil, fault{Code: codeStream}
	}
	body, err := parseObject(text)
	if err != nil {
		return nil, fault{Code: codeStream}
	}
	info, err := parseObject(body.get(customerInfo))
	if err != nil {
		return nil, fault{Code: codeStream, JSONKey: customerInfo}
	}
	return info, nil
}

// parseStored is parseObject for a document that may not exist yet.
func parseStored(text []byte) (object, error) {
	if text == nil {
		return object{}, nil
	}
	parsed, err := parseObject(text)
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	return parsed, nil
}

func conversationKey(screenName, id string) string {
	return "salesiq/" + screenName + "/" + id
}

// resourceID is the id in the reply, which in SalesIQ is another than the one in the path.
func resourceID(screenName, id string) string {
	hash := fnv.New64a()
	// A hash takes every write.
	_, _ = hash.Write([]byte(conversationKey(screenName, id)))
	return fmt.Sprintf("700000%012d", hash.Sum64()%1e12)
}
