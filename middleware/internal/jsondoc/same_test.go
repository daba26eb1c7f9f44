//go:build !yaegi
// +build !yaegi

package jsondoc

import (
	"fmt"
	"reflect"
	"testing"
)

// FuzzBothHalvesAgree holds the compiled half of the seam against the half that the
// interpreter runs: same verdict, same members, same bytes.
func FuzzBothHalvesAgree(f *testing.F) {
	for _, seed := range append(accepted(), refused()...) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		const depth = 5
		if ours, theirs := Quote(doc), stdQuote(doc); ours != theirs {
			t.Fatalf("%q: quoted as %s against %s", doc, ours, theirs)
		}
		fault := explain(doc, depth)
		if ok := wellFormed(doc, depth); ok != (fault == nil) {
			t.Fatalf("%q: scan says %v, encoding/json says %v", doc, ok, fault)
		}
		sameObjects(t, doc, depth)
		if fault == nil {
			sameReading(t, doc, Root(doc), stdRoot(doc))
			sameOutline(t, doc)
		}
	})
}

// sameObjects compares what both halves decode.
func sameObjects(t *testing.T, doc string, depth int) {
	t.Helper()
	ours, ok := DecodeObject([]byte(doc), depth)
	theirs, theyOK := stdDecodeObject([]byte(doc), depth)
	if ok != theyOK || (ok && !reflect.DeepEqual(ours, theirs)) {
		t.Fatalf("%q: decoded %v, %v against %v, %v", doc, ours, ok, theirs, theyOK)
	}
}

// sameOutline compares what both halves find at paths that lead somewhere in seeds.
func sameOutline(t *testing.T, doc string) {
	t.Helper()
	for _, path := range [][]string{nil, {"a"}, {"a", "a"}, {"customer_info"}} {
		var ours, theirs Outline
		there, err := Locate(&Scanner{}, &ours, doc, path, 5)
		reset(&theirs, path)
		if found := stdLocate(&theirs, doc); found != there || err != nil {
			t.Fatalf("%q: at %q found %v, %v against %v", doc, path, there, err, found)
		}
		if ours.Place != theirs.Place || ours.Twin != theirs.Twin || fmt.Sprint(ours.Members, ours.Elements) != fmt.Sprint(theirs.Members, theirs.Elements) {
			t.Fatalf("%q: at %q found %+v against %+v", doc, path, ours, theirs)
		}
	}
}

func sameReading(t *testing.T, doc string, a, b Value) {
	t.Helper()
	if a != b {
		t.Fatalf("%q: value %+v against %+v", doc, a, b)
	}
	switch a.Kind {
	case Object:
		sameObject(t, doc, a)
	case List:
		ours, theirs := Elements(doc, a), stdElements(doc, a)
		if !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%q: elements %+v against %+v", doc, ours, theirs)
		}
		for i := range ours {
			sameReading(t, doc, ours[i], theirs[i])
		}
	}
}

func sameObject(t *testing.T, doc string, object Value) {
	t.Helper()
	ours, theirs := Members(doc, object), stdMembers(doc, object)
	if !reflect.DeepEqual(ours, theirs) {
		t.Fatalf("%q: members %+v against %+v", doc, ours, theirs)
	}
	text := doc[object.Start:object.End]
	for i := range ours {
		sameReading(t, doc, ours[i].Value, theirs[i].Value)
		name := ours[i].Name
		if a, b := Set(text, name, `"new"`), stdSet(text, name, `"new"`); a != b {
			t.Fatalf("%q: setting %q gives %q against %q", doc, name, a, b)
		}
	}
}

func TestBothHalvesAgreeOnTheTable(t *testing.T) {
	for _, doc := range accepted() {
		sameReading(t, doc, Root(doc), stdRoot(doc))
		sameOutline(t, doc)
	}
	for _, doc := range append(append(accepted(), refused()...), `{"a":1e999}`, `{"a":[1e999]}`, `{"a":-1e-999,"b":{"c":[null,true]}}`) {
		sameObjects(t, doc, 5)
	}
}
