# `make check` is what CI runs, and nothing else is. The tools' versions are kept here only.
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.8.0
GORELEASER    := github.com/goreleaser/goreleaser/v2@v2.12.0

GO       ?= go
FUZZTIME ?= 20s

# The modules that go.work leaves out, each tested as its users would build it.
EXAMPLES := $(patsubst %/go.mod,%,$(wildcard examples/go.mod examples/*/go.mod))
ALONE    := $(EXAMPLES) $(patsubst %/go.mod,%,$(wildcard e2e/go.mod e2e/*/go.mod bench/go.mod))

.DEFAULT_GOAL := help
.PHONY: help check docs test test-yaegi race format vet lint vuln examples openapi peers deploy snapshot e2e cluster fuzz bench guard compared tidy demo

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-11s %s\n", $$1, $$2 }'

check: ## run everything that CI runs
	@.ci/run

docs: ## write the generated documents anew; the tests say when they are stale
	$(GO) run ./cmd/attrgate/internal/gendocs .

test: ## run the tests of the library, the plugin and the command; needs nothing but Go
	$(GO) test ./... ./cmd/attrgate/...

test-yaegi: ## run the same tests over the half of the code that Traefik interprets
	$(GO) test -tags yaegi ./...

# Only where a package or its tests start, serve or share something, something can race.
CONCURRENT := ^\s+go (func|[a-zA-Z_.]+[({])|"sync|Parallel\(|NewServer|NewUnstartedServer|AfterFunc|\.Serve\(|testscript

race: ## run the tests of what is concurrent with the race detector; needs a C compiler
	$(GO) test -race $$($(GO) list -f '{{.Dir}}' ./... ./cmd/attrgate/... | while read -r dir; do \
		if grep -qE '$(CONCURRENT)' "$$dir"/*.go; then echo "$$dir"; fi; done)

format: ## say which files gofmt would change
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt -w would change:"; echo "$$unformatted"; exit 1; }

vet: ## run go vet over both builds
	$(GO) vet ./... ./cmd/attrgate/...
	$(GO) vet -tags yaegi ./...

lint: ## run the linters over both builds
	$(GO) run $(GOLANGCI_LINT) run
	$(GO) run $(GOLANGCI_LINT) run --build-tags yaegi
	cd cmd/attrgate && $(GO) run $(GOLANGCI_LINT) run

# A database that cannot be reached does not fail the run; one that GOVULNDB names does.
vuln: ## look for known vulnerabilities (GOVULNDB=URL: ask this database)
	@for scope in "./... ./cmd/attrgate/..." "-tags yaegi ./..."; do \
		if found=$$($(GO) run $(GOVULNCHECK) $(if $(GOVULNDB),-db $(GOVULNDB)) $$scope 2>&1); then \
			echo "govulncheck $$scope: $$found"; \
		elif [ -z "$(GOVULNDB)" ] && echo "$$found" | grep -q 'fetching vulnerabilities'; then \
			echo "govulncheck: NOT CHECKED, the vulnerability database cannot be reached from here"; exit 0; \
		else \
			echo "$$found"; exit 1; \
		fi; \
	done

examples: ## build and test the examples
	@for module in $(EXAMPLES); do \
		echo "$$module:"; \
		(cd $$module && GOWORK=off $(GO) vet ./... && GOWORK=off $(GO) test ./...) || exit 1; \
	done

openapi: ## hold what convert says in OpenAPI against the gate, case by case
	cd e2e/openapi && GOWORK=off $(GO) vet ./... && GOWORK=off $(GO) test ./...

peers: ## compare the verifier with golang-jwt and go-jose, token by token
	cd e2e/tokens && GOWORK=off $(GO) vet ./... && GOWORK=off $(GO) test ./...

deploy: ## test what packages the gateway: image, chart, manifests, units
	cd e2e/deploy && GOWORK=off $(GO) vet ./... && GOWORK=off $(GO) test -timeout 20m ./...

snapshot: ## make what a release would have, in dist/; the first time goreleaser is built, which takes minutes
	$(GO) run $(GORELEASER) check
	$(GO) run $(GORELEASER) release --snapshot --clean --skip=sbom

e2e: ## run the cases in the interpreter, a real Traefik and before a real OAuth server; the first time takes minutes
	cd e2e && GOWORK=off $(GO) test -p 1 -timeout 40m ./... # one after the other: the first builds Traefik for all

# Not in `check`: the first time builds Kubernetes.
cluster: ## take chart, manifests and plugin to a real API server of Kubernetes; the first time builds it
	cd e2e && GOWORK=off $(GO) run ./internal/kubernetes/build && GOWORK=off $(GO) test -count 1 -timeout 20m ./cluster

fuzz: ## run each fuzz target for FUZZTIME (default 20s)
	@grep -rEl --include='*_test.go' --exclude-dir=e2e --exclude-dir=bench --exclude-dir=examples '^func Fuzz' . | sort | \
	while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "$$target in $$file"; \
			tags=$$(sed -n 's/^\/\/go:build \(yaegi\)$$/-tags \1/p' "$$file"); \
			$(GO) test $$tags -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" </dev/null || exit 1; \
		done; \
	done

bench: ## run the benchmarks, and the comparison with other Go libraries
	$(GO) test -run '^$$' -bench . -benchmem ./... ./cmd/attrgate/...
	cd bench && GOWORK=off $(GO) run ./inprocess

guard: ## hold the gate against the counts and ratios that it has reached; valgrind counts instructions
	cd bench && GOWORK=off $(GO) vet -tags light ./... && GOWORK=off $(GO) test -tags light -timeout 15m ./...

compared: ## measure everything in turns, a quarter of an hour on a quiet machine, and write docs/compared.md
	cd bench && GOWORK=off $(GO) run ./report

# The release that cmd/attrgate requires may not exist yet: while it is tidied, a replace
# line leads to this folder. It must not stay, or `go install` of the command fails.
tidy: ## tidy the go.mod files of all modules
	GOWORK=off $(GO) mod tidy
	cd cmd/attrgate && $(GO) mod edit -replace github.com/attrgate/attrgate=../.. && \
		{ GOWORK=off $(GO) mod tidy; status=$$?; $(GO) mod edit -dropreplace github.com/attrgate/attrgate; exit $$status; }
	@for module in $(ALONE); do (cd $$module && GOWORK=off $(GO) mod tidy) || exit 1; done

demo: ## start the demo: a backend, an authorization server and the gate in front
	$(GO) run ./cmd/attrgate demo
