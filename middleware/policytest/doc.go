// Package policytest runs a folder of cases through any HTTP handler and says
// what differs. The cases of attrgate itself are run by it, and a policy that is
// kept in a repository can be tested by it in that repository's own CI:
//
//	func TestPolicy(t *testing.T) {
//		policytest.Run(t, "testdata/cases", func(s policytest.Setup) (http.Handler, error) {
//			p, err := policy.Parse(s.Policy)
//			if err != nil {
//				return nil, err
//			}
//			gate, err := middleware.New(p, middleware.Options{
//				OnDecision: func(_ *http.Request, d middleware.Decision) { s.Decided(d) },
//			})
//			if err != nil {
//				return nil, err
//			}
//			return gate.Wrap(s.Backend), nil
//		})
//	}
//
// # A case
//
// A case is a folder with a file request.http. The name of the folder says what
// the case shows. Folders may be nested. These files make a case:
//
//	policy.json      the policy, or policy.yaml for doors that read YAML; where it is
//	                 missing, the nearest one in a parent folder up to the root of the
//	                 corpus
//	request.http     what the client sends
//	forwarded.http   the request that must reach the backend
//	refused.http     or, instead of it, the answer that the client must get while
//	                 nothing reaches the backend
//	decision.json    optional: what the door must report about its decision
//	doors.json       optional: the doors that cannot run this case, each with the
//	                 reason, such as {"traefik": "cleans the path before any plugin"}
//
// Any other file that ends in .http or .json is an error, so that a misspelt
// name does not switch a check off. Other files are not looked at.
//
// # Message files
//
// A .http file is an HTTP/1.1 message: a start line, header lines, an empty line,
// and a body. Lines of the head may end in LF or CRLF and are sent with CRLF;
// nothing else about them is touched, so odd paths, repeated headers and invalid
// bytes are sent as written. The body is every byte after the empty line as it
// is: a line feed that an editor puts at the end of the file belongs to it.
//
// In request.http, Content-Length is filled in where neither it nor
// Transfer-Encoding is given. With "Transfer-Encoding: chunked" the file holds
// the plain body and the runner cuts it into chunks.
//
// # What is compared
//
// In forwarded.http the method, the request target and the body must be exact. A
// header that it lists must be there with exactly these values; a header that
// request.http has and forwarded.http does not must be gone. Headers that neither
// of them names are the proxy's own and not looked at. Host and
// Transfer-Encoding are compared where they are listed. Content-Length is
// compared where it is listed, and where the client sent one the backend must
// get one.
//
// In refused.http status, reason and body must be exact, and each header that is
// listed must be there with exactly these values.
//
// Of a request that was forwarded, the reply is compared as well: the backend
// always answers with the same peculiar message ([Reply]), and the client must
// get it byte for byte.
//
// decision.json is compared as JSON; its member "duration" is not looked at.
//
// # Rewriting the expectations
//
// With the environment variable ATTRGATE_UPDATE set to 1, [Run] writes what happened
// into forwarded.http, refused.http and decision.json instead of comparing it, as
// [Runner.Update] and [Case.Update] do. Read the difference before you commit it.
//
// # Other doors
//
// [Run] and [Runner] test a handler in this process. A gate that runs somewhere
// else is tested with the parts: [Load] the cases, let the gate forward to a
// [Backend], [Client.Send] the request of a case, and let [Case.Check] compare.
package policytest
