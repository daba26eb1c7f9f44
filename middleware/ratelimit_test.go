package middleware_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/attrgate/attrgate/middleware"
	"github.com/attrgate/attrgate/middleware/policy"
)

// unread is a body that nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func (unread) Close() error { return nil }

// late is a body that does not arrive in time.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, &os.PathError{Err: os.ErrDeadlineExceeded} }
func (late) Close() error             { return nil }

// limitedGate has one static token, "token", and limits everybody.
func limitedGate(t *testing.T, mode string, asked *[]middleware.Decision) *middleware.Gate {
	t.Helper()
	p := policy.Policy{
		StaticTokens: []policy.StaticToken{{
			SHA256: "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0", Subject: "crm", Scopes: []string{"SalesIQ.conversations.UPDATE"},
		}},
		Routes: []policy.Route{{API: policy.SalesIQCustomInfo, Mode: mode}},
	}
	options := middleware.Options{}
	if asked != nil {
		options.RateLimit = func(_ *http.Request, d middleware.Decision) time.Duration {
			*asked = append(*asked, d)
			return 6001 * time.Millisecond
		}
	}
	gate, err := middleware.New(p, options)
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

func put(body io.ReadCloser, authorization string) *http.Request {
	r := httptest.NewRequest("PUT", "/api/v2/z/conversations/1", nil)
	r.Body, r.ContentLength = body, -1
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// TestRateLimitIsAskedOnceTheCallerIsKnown: not before, and before the body is read.
func TestRateLimitIsAskedOnceTheCallerIsKnown(t *testing.T) {
	var asked []middleware.Decision
	gate := limitedGate(t, "enforce", &asked)
	if _, d := gate.Admit(put(unread{t}, "Bearer other")); d.Refusal.Code != middleware.InvalidToken || len(asked) != 0 {
		t.Errorf("%+v after %d questions", d, len(asked))
	}
	_, d := gate.Admit(put(unread{t}, "Bearer token"))
	if d.Outcome != middleware.Refused || d.Refusal.Code != middleware.RateLimited || len(asked) != 1 || asked[0].Subject != "crm" || asked[0].Route == "" {
		t.Errorf("%+v after %+v", d, asked)
	}
	answer := httptest.NewRecorder()
	d.Refusal.ServeHTTP(answer, put(unread{t}, ""))
	if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "7" {
		t.Errorf("%d %v", answer.Code, answer.Header())
	}
}

func TestRateLimitInReportModeLetsTheRequestGoOn(t *testing.T) {
	var asked []middleware.Decision
	body := io.NopCloser(strings.NewReader("as it came"))
	out, d := limitedGate(t, "report", &asked).Admit(put(body, "Bearer token"))
	if d.Outcome != middleware.Reported || d.Refusal.Code != middleware.RateLimited {
		t.Errorf("%+v", d)
	}
	if text, _ := io.ReadAll(out.Body); string(text) != "as it came" {
		t.Errorf("forwarded %q", text)
	}
}

func TestABodyThatIsLateIsNotMalformed(t *testing.T) {
	_, d := limitedGate(t, "enforce", nil).Admit(put(late{}, "Bearer token"))
	if d.Refusal == nil || d.Refusal.Status != http.StatusRequestTimeout || d.Refusal.Code != middleware.BodyTimeout {
		t.Errorf("%+v", d.Refusal)
	}
}
