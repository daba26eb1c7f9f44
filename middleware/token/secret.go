package token

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/attrgate/attrgate/middleware/policy"
)

// secretFor is how long the content of a secret's file is used before the file is read
// again, so that a secret can be replaced while the gate runs.
const secretFor = time.Minute

// secret is a text that a policy gives itself, or by the name of an environment variable
// or a file. It is read when it is needed and never before. Safe for concurrent use.
type secret struct {
	value string
	env   string
	file  string

	mu   sync.Mutex
	kept string    // what the file held; empty: not read yet
	read time.Time // when the file was read last
}

// newSecret compiles the three fields value, value+"Env" and value+"File" of a policy, of
// which one must be set; at is the path of the first.
func newSecret(value, env, file, at string, ps *policy.Problems) *secret {
	given := 0
	for _, text := range []string{value, env, file} {
		if text != "" {
			given++
		}
	}
	name := at[strings.LastIndex(at, ".")+1:]
	if given != 1 {
		ps.Add(at, "one of %s, %sEnv and %sFile is required, and %d are set", name, name, name, given)
	}
	return &secret{value: value, env: env, file: file}
}

// readSecret returns the secret. White space around a file's content is cut off. A file is
// read once a minute; if it cannot be read then, what it held before goes on counting.
// The error names the variable or the file and never the secret.
func readSecret(s *secret, now time.Time) (string, error) {
	if s.file != "" {
		return readSecretFile(s, now)
	}
	if s.value != "" {
		return s.value, nil
	}
	text := os.Getenv(s.env)
	if text == "" {
		return "", fmt.Errorf("the environment variable %s is not set", s.env)
	}
	return text, nil
}

func readSecretFile(s *secret, now time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept != "" && now.Sub(s.read) < secretFor {
		return s.kept, nil
	}
	content, err := os.ReadFile(s.file)
	text := strings.TrimSpace(string(content))
	if err == nil && text == "" {
		err = errors.New(s.file + " is empty")
	}
	if err != nil && s.kept == "" {
		return "", err
	}
	if err == nil {
		s.kept = text
	}
	s.read = now
	return s.kept, nil
}
