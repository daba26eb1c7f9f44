package cli

import (
	"encoding/xml"
	"io"
	"path"
	"strconv"
	"strings"
	"time"
)

// junitSuite is what CI systems read of JUnit's format.
type junitSuite struct {
	XMLName  xml.Name `xml:"testsuite"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Seconds  string   `xml:"time,attr"`

	Properties *junitProperties `xml:"properties"` // nil: none
	Cases      []junitCase      `xml:"testcase"`
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Folder  string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Seconds string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Summary string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (r testReport) printJUnit(out io.Writer) error {
	suite := junitSuite{Name: "attrgate", Tests: len(r.Cases), Failures: r.Failed, Skipped: r.Skipped}
	var took time.Duration
	for _, c := range r.Cases {
		suite.Cases = append(suite.Cases, c.junit())
		took += c.took
	}
	suite.Seconds = seconds(took)
	if r.Coverage != nil {
		suite.Properties = &junitProperties{}
	}
	for _, c := range r.Coverage {
		suite.Properties.List = append(suite.Properties.List, junitProperty{"coverage of " + c.Policy, c.summary()})
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}

func (c caseResult) junit() junitCase {
	j := junitCase{Folder: path.Dir(c.Case), Name: path.Base(c.Case), Seconds: seconds(c.took)}
	switch c.Result {
	case caseFailed:
		text := c.differences("")
		summary, _, _ := strings.Cut(text, "\n")
		j.Failure = &junitMessage{Summary: summary, Text: text}
	case caseSkipped:
		j.Skipped = &junitMessage{Summary: c.Reason}
	}
	return j
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}
