package replay

import "fmt"

// BeforeName is what the report calls the other side.
func (r *Report) BeforeName() string {
	if r.Against == "" {
		return "the log"
	}
	return r.Against
}

// OutcomeRow is an outcome with its counts on both sides.
type OutcomeRow struct {
	// Outcome is the word, and About says what it means.
	Outcome, About string

	// Before and After count requests.
	Before, After int64
}

// OutcomeRows returns the outcomes that happened on either side.
func (r *Report) OutcomeRows() []OutcomeRow {
	var rows []OutcomeRow
	for _, row := range []OutcomeRow{
		{"passed", "no route guards them", r.Before.Passed, r.After.Passed},
		{"admitted", "guarded, and in order", r.Before.Admitted, r.After.Admitted},
		{"reported", "would be refused, were the route not in report mode", r.Before.Reported, r.After.Reported},
		{"refused", "answered by the gate", r.Before.Refused, r.After.Refused},
		{"answered", "questions for the metadata", r.Before.Answered, r.After.Answered},
		{"unknown", "the log does not tell", r.Before.Unknown, r.After.Unknown},
	} {
		if row.Before+row.After > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// List is one of the lists of a breakdown.
type List struct {
	// What is what the rows are.
	What string
	Rows []Row
}

// Lists returns the lists, in the order in which they help.
func (b *Breakdown) Lists() []List {
	return []List{{"route", b.Routes}, {"code", b.Codes}, {"rule", b.Rules}, {"name", b.Names}, {"client", b.Clients}, {"subject", b.Subjects}}
}

// Remarks returns what a reader has to know of the figures, a sentence each.
func (r *Report) Remarks() []string {
	var remarks []string
	for _, remark := range []struct {
		count int64
		text  string
	}{
		{r.Callers.Trusted, "the token's claims were believed without checking the signature"},
		{r.Callers.Assumed, "the log has no token, and the caller was taken to have a good one with all scopes"},
		{r.Callers.Given, "the caller was given the claims of --token-claims"},
		{r.Gaps.Time, "the log has no time, and the token was taken to have been in time"},
		{r.Gaps.Header, "the log has only a part of the header, and the rest was taken to be in order"},
		{r.Gaps.Body, "the log has no body, and it was taken to be in order"},
		{r.Gaps.Outcome, "the log does not tell what became of it, so there is nothing to compare with"},
	} {
		if remark.count > 0 {
			remarks = append(remarks, fmt.Sprintf("%d of %d guarded requests: %s.", remark.count, r.Guarded(), remark.text))
		}
	}
	return remarks
}

// Guarded is how many requests a route guards.
func (r *Report) Guarded() int64 {
	return r.Callers.Checked + r.Callers.Trusted + r.Callers.Assumed + r.Callers.Given
}

// Compared tells whether there was anything to compare with.
func (r *Report) Compared() bool {
	return r.Guarded() == 0 || r.Gaps.Outcome < r.Guarded()
}
