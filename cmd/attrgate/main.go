// Command attrgate runs the attrgate gate and the tools around it.
package main

import (
	"context"
	"os"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
