package contender

import (
	"context"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	nethttpmiddleware "github.com/oapi-codegen/nethttp-middleware"

	"github.com/attrgate/attrgate/bench/internal/sample"
)

func loadOpenAPI() (*openapi3.T, error) {
	document, err := openapi3.NewLoader().LoadFromData(sample.OpenAPI())
	if err != nil {
		return nil, err
	}
	return document, document.Validate(context.Background())
}

// authenticate answers the validator's question about the token.
func authenticate(verify verify) openapi3filter.AuthenticationFunc {
	return func(_ context.Context, input *openapi3filter.AuthenticationInput) error {
		scope, err := verify(input.RequestValidationInput.Request)
		if err == nil && !allowed(scope) {
			return errRefused
		}
		return err
	}
}

func kinOpenAPI(s *sample.Signer, next http.Handler) (http.Handler, error) {
	verify, err := newVerify(s)
	if err != nil {
		return nil, err
	}
	document, err := loadOpenAPI()
	if err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(document)
	options := &openapi3filter.Options{AuthenticationFunc: authenticate(verify)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, variables, err := router.FindRoute(r)
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		input := &openapi3filter.RequestValidationInput{Request: r, PathParams: variables, Route: route, Options: options}
		if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	}), err
}

func oapiCodegen(s *sample.Signer, next http.Handler) (http.Handler, error) {
	verify, err := newVerify(s)
	if err != nil {
		return nil, err
	}
	document, err := loadOpenAPI()
	if err != nil {
		return nil, err
	}
	guard := nethttpmiddleware.OapiRequestValidatorWithOptions(document, &nethttpmiddleware.Options{
		Options: openapi3filter.Options{AuthenticationFunc: authenticate(verify)},
	})
	return guard(next), nil
}
