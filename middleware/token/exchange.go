package token

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// errDeclined denotes the answer 400: something is wrong with this one question (RFC 6749,
// section 5.2), which says nothing about the next.
var errDeclined = errors.New("the question was declined")

// exchange sends a request to an authorization server and returns the body and the header
// of the answer, which must be 200 and not longer than limit bytes.
func exchange(request *http.Request, limit int64) ([]byte, http.Header, error) {
	response, body, err := send(request, limit)
	if response == nil {
		return nil, nil, err
	}
	if response.StatusCode == http.StatusBadRequest {
		return nil, nil, errDeclined
	}
	if response.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s answered %s", request.URL, response.Status)
	}
	return body, response.Header, err
}

// send sends a request and reads the answer, whatever its status, of which there is none if it
// never came. It must not be longer than limit bytes. Redirects are not followed: whom to ask
// is for the policy to say, and a question may hold secrets.
func send(request *http.Request, limit int64) (*http.Response, []byte, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("%s answered with more than %d bytes", request.URL, limit)
	}
	return response, body, err
}
