package attribute_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/attrgate/attrgate/middleware/internal/attribute"
	"github.com/attrgate/attrgate/middleware/policy"
)

// name is what a key becomes, or the rule that keeps it from having a name.
func name(t testing.TB, r *attribute.Rules, key string) (name, broken string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"customer_info": map[string]any{key: "v"}})
	if err != nil {
		t.Fatal(err)
	}
	b, fault := attribute.Read(r, string(body))
	if fault != nil {
		t.Fatalf("%s: %+v", body, fault)
	}
	if violations := attribute.Name(r, b); len(violations) > 0 {
		return "", violations[0].Rule
	}
	return b.Attributes[0].Name, ""
}

func styles() []string {
	return []string{"preserve", "lower", "upper", "title", "snake", "kebab", "camel", "pascal"}
}

func TestStyles(t *testing.T) {
	for key, want := range map[string][]string{
		//                preserve, lower, upper, title, snake, kebab, camel, pascal
		"orderid":                        {"orderid", "orderid", "ORDERID", "Orderid", "orderid", "orderid", "orderid", "Orderid"},
		"Order ID":                       {"Order ID", "order id", "ORDER ID", "Order Id", "order_id", "order-id", "orderId", "OrderId"},
		"HTTPServer":                     {"HTTPServer", "httpserver", "HTTPSERVER", "Http Server", "http_server", "http-server", "httpServer", "HttpServer"},
		"parseXML":                       {"parseXML", "parsexml", "PARSEXML", "Parse Xml", "parse_xml", "parse-xml", "parseXml", "ParseXml"},
		"Class X9":                       {"Class X9", "class x9", "CLASS X9", "Class X9", "class_x9", "class-x9", "classX9", "ClassX9"},
		"line2address":                   {"line2address", "line2address", "LINE2ADDRESS", "Line2address", "line2address", "line2address", "line2address", "Line2address"},
		"Line2Address":                   {"Line2Address", "line2address", "LINE2ADDRESS", "Line2 Address", "line2_address", "line2-address", "line2Address", "Line2Address"},
		"address.city":                   {"address.city", "address.city", "ADDRESS.CITY", "Address City", "address_city", "address-city", "addressCity", "AddressCity"},
		"100% cotton":                    {"100% cotton", "100% cotton", "100% COTTON", "100 Cotton", "100_cotton", "100-cotton", "100Cotton", "100Cotton"},
		"größe_in CM":                    {"größe_in CM", "größe_in cm", "GRÖßE_IN CM", "Größe In Cm", "größe_in_cm", "größe-in-cm", "größeInCm", "GrößeInCm"},
		"東京 Tower":                       {"東京 Tower", "東京 tower", "東京 TOWER", "東京 Tower", "東京_tower", "東京-tower", "東京Tower", "東京Tower"},
		"ÉtatCivil":                      {"ÉtatCivil", "étatcivil", "ÉTATCIVIL", "État Civil", "état_civil", "état-civil", "étatCivil", "ÉtatCivil"},
		"  a  b ":                        {"a b", "a b", "A B", "A B", "a_b", "a-b", "aB", "Ab"},
		"%visitor.custominfo.VIP level%": {"VIP level", "vip level", "VIP LEVEL", "Vip Level", "vip_level", "vip-level", "vipLevel", "VipLevel"},
	} {
		for i, style := range styles() {
			r := compile(t, policy.Route{API: policy.SalesIQCustomInfo, Keys: policy.Keys{Style: style}})
			if got, broken := name(t, r, key); got != want[i] {
				t.Errorf("%s: %q became %q (%s), want %q", style, key, got, broken, want[i])
			}
		}
	}
}

// TestWrappersInsideOfOneAnother sends a key that takes an hour to unwrap to the end.
func TestWrappersInsideOfOneAnother(t *testing.T) {
	r := compile(t, policy.Route{API: policy.SalesIQCustomInfo})
	for depth, want := range map[int]string{1: "x", 8: "x", 9: "", 50000: ""} {
		if got, broken := name(t, r, strings.Repeat("visitor.custominfo.", depth)+"x"); got != want || (want == "") != (broken == "keys") {
			t.Errorf("%d: %q, %s", depth, got, broken)
		}
	}
}

// FuzzNamingTwiceIsNamingOnce holds every style, with aliases and prefixes, to making
// names that stay as they are.
func FuzzNamingTwiceIsNamingOnce(f *testing.F) {
	for _, seed := range []string{"HTTPServer Name", "%visitor.custominfo.% Visitor . custom_info.Name %%", "Ǆ ǅx", "ß", "İ i̇", "e mail", "1A2b", "ﬁ", "ŉ", "a\u0301B", "ΣΑΣ"} {
		f.Add(seed)
	}
	var all []*attribute.Rules
	for _, style := range styles() {
		all = append(all, compile(f, policy.Route{API: policy.SalesIQCustomInfo, Keys: policy.Keys{
			Style: style, OnReserved: "prefix", Prefix: "x ", Reserved: []string{"name", "e mail"},
		}}))
	}
	f.Fuzz(func(t *testing.T, key string) {
		for i, r := range all {
			once, broken := name(t, r, key)
			if broken != "" {
				continue
			}
			if twice, broken := name(t, r, once); twice != once {
				t.Errorf("%s: %q became %q, which became %q (%s)", styles()[i], key, once, twice, broken)
			}
		}
	})
}
