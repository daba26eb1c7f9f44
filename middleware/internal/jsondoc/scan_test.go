package jsondoc

import (
	"strings"
	"testing"
)

func accepted() []string {
	return []string{
		`{}`, `[]`, ` {"a" : 1 } `, `"x"`, `0`, `-0.5e+10`, `9007199254740993`, `null`, `true`, `false`,
		`{"a":{"a":[{"a":1}]}}`, `{"a":"\ud83d\ude00"}`, `{"\u0061":1,"b":"\\ud800"}`, `["\ufffd\ud83d\ude00"]`,
		`{"a":":","b":"x\":"}`, `{"100% cotton":1,"a.b":2,"*":3,"a|b":4,"":5,"@this":6,"0":7,":x":8,"-1":9}`,
		"{\"a\"\n:\t[1,\r2]}", `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}`, `[[[[[]]]]]`,
		`{"customer_info":{"Model":"Class X9","Branch":"Sydney"}}`,
		` [ {"key" : "a" , "value":{"x":[1]}} , [2,{}] , 3 , {} ] `, `{"a":[{"a":"0123456789\"x"},[{"b":1}]],"b":{"a":1}}`,
	}
}

func refused() []string {
	return []string{
		``, ` `, `{`, `[1,]`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `{'a':1}`, `01`, `+1`, `1.`, `.5`, `1e`, `--1`, `nul`, `True`,
		`{}{}`, `{} x`, "\xef\xbb\xbf{}", "\"\xff\"", `"\ud800"`, `"\udc00"`, `"\ud800\ud800"`, `"\udc00\ud800"`,
		`"\ud800x"`, `"\uD83d"`, `"\x"`, `"\u12"`, "\"\x01\"", "\"\n\"", `"a`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`,
		`{"a" :1,"a":2}`, `{"x":{"a":1,"a":1}}`, `[{"a":1,"b":2,"a":3}]`, `[[[[[[]]]]]]`, `{"a":1 "b":2}`, `[1 2]`, `NaN`,
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"a":1}`, `/**/{}`, `{"a":":","a" :1}`,
		`{"k":1,"K":{"\ufffd":"\ud800"}}`,
	}
}

func TestScan(t *testing.T) {
	for _, doc := range accepted() {
		if err := Scan(doc, 5); err != nil {
			t.Errorf("%q refused: %v", doc, err)
		}
	}
	for _, doc := range refused() {
		if err := Scan(doc, 5); err == nil {
			t.Errorf("%q accepted", doc)
		}
	}
}

func TestScanSaysWhatIsWrong(t *testing.T) {
	for doc, want := range map[string]string{
		"\xef\xbb\xbf{}":      "starts with a byte order mark",
		"\"\xff\"":            "not UTF-8",
		`{"a":}`:              "syntax error at byte 6",
		`"\udc00"`:            "half of a surrogate pair in a string",
		`{"a":1,"\u0061":2}`:  "a name twice in one object at byte 15",
		`[[[[[[]]]]]]`:        "more than 5 objects and lists open at byte 6",
		`{"a":[1],"b":2} {}`:  "syntax error at byte 17",
		`{"a":["\ud800\u0"]}`: "syntax error at byte 17",
	} {
		err := Scan(doc, 5)
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %q", doc, err, want)
		}
	}
}

func TestSetTouchesNothingElse(t *testing.T) {
	object := `{ "a" : 1.50, "k\u0065y" : "old" , "z":"<>&\/" }`
	want := strings.Replace(object, `"old"`, `"new"`, 1)
	if got := Set(object, "key", `"new"`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestQuote(t *testing.T) {
	for s, want := range map[string]string{
		"a<b>&'": `"a<b>&'"`, "\"\\": `"\"\\"`, "\n\x01é😀": `"\n\u0001é😀"`,
	} {
		if got := Quote(s); got != want {
			t.Errorf("Quote(%q) = %s, want %s", s, got, want)
		}
	}
}
