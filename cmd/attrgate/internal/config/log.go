package config

import "github.com/attrgate/attrgate/middleware/policy"

// Log says what is written about requests, never a value, a key as sent, or a token.
type Log struct {
	// Decisions is the form of the decisions on stdout: "text", "json" or "none".
	// If empty, "text".
	Decisions string `json:"decisions,omitempty"`

	// Audit writes the decisions to a file as well.
	Audit Audit `json:"audit,omitempty"`
}

// Audit is a file of decisions, one JSON object a line.
type Audit struct {
	// File is its name. Its folder must exist. Whoever moves it away, as logrotate does,
	// gets a new one within a second or two. If empty, there is none.
	File string `json:"file,omitempty"`

	// MaxMegabytes is the size at which the file is put aside and begun anew, in units of
	// 1 MiB. If zero, 100.
	MaxMegabytes int `json:"maxMegabytes,omitempty"`

	// Keep is how many files put aside are kept, compressed. If zero, 10.
	Keep int `json:"keep,omitempty"`

	// OnFailure says what happens to guarded requests while the file cannot be written, as
	// when the disk is full: "serve" them, or "refuse" them (503, audit_unavailable). Up to
	// 4096 lines wait in memory until it can be written again. If empty, "serve".
	OnFailure string `json:"onFailure,omitempty"`
}

func (l Log) check(ps *policy.Problems) {
	optional(ps, "gateway.log.decisions", l.Decisions, "text", "json", "none")
	optional(ps, "gateway.log.audit.onFailure", l.Audit.OnFailure, "serve", "refuse")
	notNegative(ps, "gateway.log.audit.maxMegabytes", l.Audit.MaxMegabytes)
	notNegative(ps, "gateway.log.audit.keep", l.Audit.Keep)
	if l.Audit.File == "" && l.Audit != (Audit{}) {
		ps.Add("gateway.log.audit.file", "is required")
	}
}
