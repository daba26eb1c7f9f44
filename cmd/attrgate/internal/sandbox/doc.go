// Package sandbox stands in for the two backends behind attrgate, so that the gate
// can be tried by someone who runs neither.
//
// It answers these requests as the vendors' documents describe them:
//
//	PUT, GET /api/v2/{screen_name}/conversations/{conversation_id}   Zoho SalesIQ: Update custom information
//	PUT, GET /forms/{channelSessionId}                               ExpertFlow CX: Channel Session Update Data
//	PUT      /forms                                                  ExpertFlow CX: Update Form, an unrelated API
//
// Names, ids and addresses in its replies are invented. It checks no access token and no
// value type: the first is the work of the gate, the second is done by neither document.
// Where the documents are silent (the status of an error, the exact wording of a message),
// the choice is ours.
package sandbox
