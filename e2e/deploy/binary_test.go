package deploy_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/client-go/kubernetes/scheme"
)

// root is the repository's.
const root = "../.."

// buildBinary builds the command once, as the Dockerfile does.
var buildBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "attrgate-deploy-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "attrgate")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-w", "-o", binary, "./cmd/attrgate")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=")
	build.Stderr = os.Stderr
	return binary, build.Run()
})

func TestMain(m *testing.M) {
	if err := monitoringv1.AddToScheme(scheme.Scheme); err != nil {
		panic(err)
	}
	code := m.Run()
	if binary, err := buildBinary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(code)
}

// attrgate runs the command and returns what it prints and its exit code.
func attrgate(t *testing.T, stdin string, args ...string) (output string, code int) {
	t.Helper()
	binary, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, args...)
	var printed bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(stdin), &printed, &printed
	if err := command.Run(); err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}
	return printed.String(), command.ProcessState.ExitCode()
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
