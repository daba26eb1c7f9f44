# syntax=docker/dockerfile:1

# The gateway alone: one static binary, no shell, not root.
#
#   docker build -t attrgate .
#   docker run --rm -p 8080:8080 -v "$PWD/attrgate.yaml:/etc/attrgate/attrgate.yaml:ro" attrgate
#
# The file says gateway: {listen: [":8080"]}; the default is the loopback of the container alone.

FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
# The history comes along: Go takes the version that the binary reports from it, and calls it
# dirty unless Git is told of the files that .dockerignore left out.
COPY . .
RUN [ ! -d .git ] || git ls-files --deleted -z | git update-index --skip-worktree -z --stdin
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags=-w -o /out/attrgate ./cmd/attrgate

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/attrgate /attrgate
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/attrgate"]
CMD ["serve", "--config", "/etc/attrgate/attrgate.yaml"]
