package contender

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// bodyLimit is that of the gate: 1 MiB.
const bodyLimit = 1 << 20

// withBody reads the body, asks whether it is in order and puts it back.
func withBody(check func(text []byte, r *http.Request) error, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := check(text, r); err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(text))
		next.ServeHTTP(w, r)
	})
}

func jsonSchema(s *sample.Signer, next http.Handler) (http.Handler, error) {
	verify, err := newVerify(s)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(sample.Schema()))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("body.json", document); err != nil {
		return nil, err
	}
	schema, err := compiler.Compile("body.json")
	return guarded(verify, withBody(func(text []byte, _ *http.Request) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}, next)), err
}

// regoRules lets OPA decide on scope and body; golang-jwt checks the token.
func regoRules(s *sample.Signer, next http.Handler) (http.Handler, error) {
	verify, err := newVerify(s)
	if err != nil {
		return nil, err
	}
	query, err := rego.New(rego.Query("data.attrgate.bench.allow"), rego.Module("rules.rego", sample.Rego())).
		PrepareForEval(context.Background())
	return withBody(func(text []byte, r *http.Request) error {
		scope, err := verify(r)
		if err != nil {
			return err
		}
		var body any
		if err := json.Unmarshal(text, &body); err != nil {
			return err
		}
		results, err := query.Eval(r.Context(), rego.EvalInput(map[string]any{"scope": scope, "body": body}))
		if err == nil && !results.Allowed() {
			return errRefused
		}
		return err
	}, next), err
}
