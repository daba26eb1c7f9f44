package contender

import (
	"net/http"

	"github.com/attrgate/attrgate/bench/internal/sample"
	"github.com/attrgate/attrgate/middleware"
)

func alone(_ *sample.Signer, next http.Handler) (http.Handler, error) { return next, nil }

func attrgate(s *sample.Signer, next http.Handler) (http.Handler, error) {
	p, err := s.Policy()
	if err != nil {
		return nil, err
	}
	g, err := middleware.New(p, middleware.Options{})
	if err != nil {
		return nil, err
	}
	return g.Wrap(next), nil
}
