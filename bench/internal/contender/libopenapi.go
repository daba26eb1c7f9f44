//go:build !light

package contender

import (
	"errors"
	"net/http"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

// heavy is what takes longer to compile than all others together.
func heavy() []Contender {
	return []Contender{
		{Name: "golang-jwt + keyfunc + libopenapi", Library: "github.com/pb33f/libopenapi-validator", Does: sample.Whole, Build: libOpenAPI},
	}
}

func libOpenAPI(s *sample.Signer, next http.Handler) (http.Handler, error) {
	verify, err := newVerify(s)
	if err != nil {
		return nil, err
	}
	document, err := libopenapi.NewDocument(sample.OpenAPI())
	if err != nil {
		return nil, err
	}
	validate, problems := validator.NewValidator(document)
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return guarded(verify, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if good, _ := validate.ValidateHttpRequest(r); !good {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})), nil
}
