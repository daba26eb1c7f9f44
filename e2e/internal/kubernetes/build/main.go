// Build builds what the tests of e2e/cluster run, and prints where it is: etcd, kube-apiserver,
// kubectl and Helm. It has to be started in a folder of this module.
package main

import (
	"fmt"
	"os"

	"github.com/attrgate/attrgate/e2e/internal/kubernetes"
)

func main() {
	programs, err := kubernetes.Build()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%s\n%s\n%s\n%s\n", programs.Etcd, programs.APIServer, programs.Kubectl, programs.Helm)
}
