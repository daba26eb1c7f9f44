package curl

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// data is the body, put together of what the flags say in their order.
type data struct {
	text  []byte
	given bool
	json  bool
}

// part is one of the flags that add to the body. It implements pflag.Value.
type part struct {
	to    *data
	files bool // @ stands before the name of a file
	text  bool // line breaks in the file are left out
	json  bool // what comes after another part follows it directly
}

func (d *data) addFlags(flags *pflag.FlagSet) {
	flags.VarP(part{to: d, files: true, text: true}, "data", "d", "")
	flags.Var(part{to: d, files: true, text: true}, "data-ascii", "")
	flags.Var(part{to: d, files: true}, "data-binary", "")
	flags.Var(part{to: d}, "data-raw", "")
	flags.Var(part{to: d, files: true, json: true}, "json", "")
}

// String returns the default.
func (part) String() string { return "" }

// Type names the value.
func (part) Type() string { return "string" }

// Set adds a part to the body.
func (p part) Set(value string) error {
	text := []byte(value)
	if name, isFile := strings.CutPrefix(value, "@"); isFile && p.files {
		content, err := read(name)
		if err != nil {
			return err
		}
		text = content
		if p.text {
			text = []byte(strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(string(content)))
		}
	}
	if p.to.given && !p.json {
		p.to.text = append(p.to.text, '&')
	}
	p.to.text = append(p.to.text, text...)
	p.to.given, p.to.json = true, p.to.json || p.json
	return nil
}

func read(name string) ([]byte, error) {
	if name == "-" {
		return nil, errors.New("standard input is not read; name a file")
	}
	return os.ReadFile(name)
}
