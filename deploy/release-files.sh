#!/bin/sh
# Makes what a release has beside the binary: manual pages, completions, and units for
# packages, which install to /usr/bin. Run at the root; the files go to dist-files, or to the
# folder that is named.
set -eu
files=${1:-dist-files}
rm -rf "$files"
mkdir -p "$files/completion" "$files/systemd"
go run ./cmd/attrgate man "$files/man"
go run ./cmd/attrgate completion bash >"$files/completion/attrgate"
go run ./cmd/attrgate completion zsh >"$files/completion/_attrgate"
go run ./cmd/attrgate completion fish >"$files/completion/attrgate.fish"
sed 's,/usr/local/bin/,/usr/bin/,' deploy/systemd/attrgate.service >"$files/systemd/attrgate.service"
cp deploy/systemd/attrgate.socket "$files/systemd/"
