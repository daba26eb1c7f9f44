// Package kubernetes builds, starts and stops an API server of Kubernetes with its etcd: what
// keeps and checks objects, and nothing that would run a container.
package kubernetes

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/attrgate/attrgate/e2e/internal/program"
)

// Programs are the paths of what a test of a cluster runs.
type Programs struct {
	Etcd, APIServer, Kubectl, Helm string
}

// Built returns the programs. The error is fs.ErrNotExist if Build has not built them yet.
// Both have to be called with a folder of this module as the working directory.
func Built() (Programs, error) {
	var p Programs
	sources, err := p.sources()
	for _, s := range sources {
		path, pathErr := program.Path(s.name)
		_, statErr := os.Stat(path)
		*s.place, err = path, errors.Join(err, pathErr, statErr)
	}
	return p, err
}

// Build builds the programs that are not there yet.
func Build() (Programs, error) {
	var p Programs
	sources, err := p.sources()
	if err != nil {
		return p, err
	}
	for _, s := range sources {
		if *s.place, err = program.Build(s.name, s.build); err != nil {
			return p, err
		}
	}
	return p, nil
}

// source says how one of the programs is made.
type source struct {
	name  string // in the cache
	place *string
	build func(binary string) error
}

// helm is the release of Helm that was made for the version of Kubernetes.
const helm = "v3.19.5"

// sources lists the programs: Kubernetes in the version of the client in Traefik, with the
// etcd that it requires itself, and Helm.
func (p *Programs) sources() ([]source, error) {
	client, err := program.Go(".", "list", "-m", "-f", "{{.Version}}", "k8s.io/client-go")
	if err != nil {
		return nil, err
	}
	version := "v1" + strings.TrimPrefix(strings.TrimSpace(client), "v0")
	of := func(name, pkg string, place *string) source {
		return source{"kubernetes-" + version + "/" + name, place, func(binary string) error {
			module, err := kubernetesModule(version)
			if err != nil {
				return err
			}
			// Helm asks the server which version it has.
			return build(module, binary, pkg, "-X k8s.io/component-base/version.gitVersion="+version)
		}}
	}
	return []source{
		of("etcd", "go.etcd.io/etcd/server/v3", &p.Etcd),
		of("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", &p.APIServer),
		of("kubectl", "k8s.io/kubernetes/cmd/kubectl", &p.Kubectl),
		{"helm-" + helm, &p.Helm, func(binary string) error {
			// As Helm's own Makefile does: the version that charts are rendered for.
			minor := "k8sVersionMinor=" + strings.Split(version, ".")[1]
			flags := "-X helm.sh/helm/v3/pkg/chartutil." + minor + " -X helm.sh/helm/v3/pkg/lint/rules." + minor
			return build("require helm.sh/helm/v3 "+helm+"\n", binary, "helm.sh/helm/v3/cmd/helm", flags)
		}},
	}, nil
}

// staged is a line by which Kubernetes finds a module of its own in its repository.
var staged = regexp.MustCompile(`(?m)^\s*(k8s\.io/\S+) => \./staging/\S+$`)

// kubernetesModule requires Kubernetes, with releases in the place of the modules that it has
// in its repository.
func kubernetesModule(version string) (string, error) {
	source, err := program.Source("k8s.io/kubernetes@" + version)
	if err != nil {
		return "", err
	}
	original, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return "", err
	}
	module, released := "require k8s.io/kubernetes "+version+"\n", "v0"+strings.TrimPrefix(version, "v1")
	for _, line := range staged.FindAllStringSubmatch(string(original), -1) {
		module += "replace " + line[1] + " => " + line[1] + " " + released + "\n"
	}
	return module, nil
}

// build builds a program in a module that is there for the moment only: what it requires, and
// replaces, is not for a go.mod of this repository.
func build(module, binary, pkg, flags string) error {
	dir, err := os.MkdirTemp("", "attrgate-cluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module build\n\ngo 1.25\n\n"+module), 0o600); err != nil {
		return err
	}
	_, err = program.Go(dir, "build", "-mod=mod", "-ldflags=-s -w "+flags, "-o", binary, pkg)
	return err
}
