package deploy_test

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// stages reads the Dockerfile with BuildKit's own parser and linter.
func stages(t *testing.T) []instructions.Stage {
	t.Helper()
	text := read(t, "Dockerfile")
	parsed, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	warn := func(rule, description, _, message string, _ []parser.Range) {
		t.Errorf("%s: %s: %s", rule, description, message)
	}
	all, _, err := instructions.Parse(parsed.AST, linter.New(&linter.Config{Warn: warn}))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d stages, %v", len(all), err)
	}
	return all
}

// TestTheImageRuns does what a builder would do, without one: it takes the files that
// .dockerignore leaves, runs the command of the first stage, puts what the second one copies
// into an empty folder, and starts its entry point there with its user.
func TestTheImageRuns(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may start a process in another root folder")
	}
	all := stages(t)
	image := t.TempDir()
	binary := buildInContext(t, all[0])
	user, entry := finish(t, all[1], image, binary)
	if user != "65532:65532" || strings.Join(entry, " ") != "/attrgate serve --config /etc/attrgate/attrgate.yaml" {
		t.Errorf("user %s, command %q", user, entry)
	}
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("needs %q, %v", libraries, err)
	}
	if output, err := exec.Command(binary, "version").Output(); err != nil || !strings.HasPrefix(string(output), "attrgate "+version+" ") {
		t.Errorf("version: %s, %v", output, err)
	}
	serveInImage(t, image, entry)
}

// buildInContext runs the first stage's command where only the files of the build context
// are, and returns the binary.
func buildInContext(t *testing.T, stage instructions.Stage) string {
	t.Helper()
	context, out := t.TempDir(), t.TempDir()
	copyContext(t, context)
	commit(t, context)
	for _, command := range stage.Commands {
		run, ok := command.(*instructions.RunCommand)
		if !ok {
			continue
		}
		line := strings.ReplaceAll(strings.Join(run.CmdLine, " "), "/out/", out+"/")
		build := exec.Command("sh", "-ec", line)
		build.Dir = context
		build.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH=", "GOWORK=", "GOFLAGS=-buildvcs=true")
		if output, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, output)
		}
	}
	return filepath.Join(out, "attrgate")
}

// commit makes the context a repository with the tag of a release, and with a file that
// .dockerignore leaves out.
func commit(t *testing.T, context string) {
	t.Helper()
	git := exec.Command("sh", "-ec", `git init -q
		touch left-out
		git add --all
		git -c user.name=made-up -c user.email=made-up@example.com commit -q -m made-up
		git tag cmd/attrgate/`+version+`
		rm left-out`)
	git.Dir = context
	if output, err := git.CombinedOutput(); err != nil {
		t.Fatalf("git: %v\n%s", err, output)
	}
}

// version is that of the image.
const version = "v0.1.2"

func copyContext(t *testing.T, to string) {
	t.Helper()
	patterns, err := ignorefile.ReadAll(strings.NewReader(read(t, ".dockerignore")))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	check(t, filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		relative, _ := filepath.Rel(root, name)
		if entry != nil && entry.Name() == ".git" {
			return skip(entry) // commit makes one
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		if match, err := ignored.MatchesOrParentMatches(relative); err != nil || match {
			return err
		}
		return copyFile(filepath.Join(to, relative), name)
	}))
}

func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return filepath.SkipDir
	}
	return nil
}

func copyFile(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}

// finish follows the second stage: it copies what it copies, and returns the user and the
// command.
func finish(t *testing.T, stage instructions.Stage, image, binary string) (user string, entry []string) {
	t.Helper()
	var arguments []string
	for _, command := range stage.Commands {
		switch c := command.(type) {
		case *instructions.CopyCommand:
			from := c.SourcePaths[0]
			if from == "/out/attrgate" {
				from = binary
			}
			check(t, copyFile(filepath.Join(image, c.DestPath), from))
		case *instructions.UserCommand:
			user = c.User
		case *instructions.EntrypointCommand:
			entry = c.CmdLine
		case *instructions.CmdCommand:
			arguments = c.CmdLine
		}
	}
	return user, append(entry, arguments...)
}

// serveInImage starts the image's command with a file, asks the gateway, and ends it.
func serveInImage(t *testing.T, image string, entry []string) {
	t.Helper()
	address := freeAddress(t)
	text := fmt.Sprintf("gateway: {listen: ['%s'], upstreams: [{urls: ['http://127.0.0.1:9']}]}\nissuers: [{issuer: https://idp.example.com, audiences: [a]}]\n", address)
	check(t, os.MkdirAll(filepath.Join(image, "etc/attrgate"), 0o755))
	check(t, os.WriteFile(filepath.Join(image, "etc/attrgate/attrgate.yaml"), []byte(text), 0o644))
	check(t, os.Chmod(image, 0o755))
	process := exec.Command(entry[0], entry[1:]...)
	process.Path, process.Dir, process.Env = entry[0], "/", []string{}
	process.Stdout, process.Stderr = os.Stderr, os.Stderr
	process.SysProcAttr = &syscall.SysProcAttr{Chroot: image, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	check(t, process.Start())
	if status := statusOf(t, "http://"+address+"/"); status != http.StatusBadGateway {
		t.Errorf("status %d", status)
	}
	check(t, process.Process.Signal(syscall.SIGTERM))
	if err := process.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// statusOf asks until there is an answer.
func statusOf(t *testing.T, url string) int {
	t.Helper()
	var last error
	for range 300 {
		reply, err := http.Get(url)
		if err == nil {
			_ = reply.Body.Close()
			return reply.StatusCode
		}
		last = err
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(last)
	return 0
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
