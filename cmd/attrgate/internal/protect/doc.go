// Package protect keeps clients from using up the gateway: by connections, by requests, and
// by being slow. It knows nothing of policies, and of tokens only that the gate reads guarded
// bodies itself, while all others flow through.
package protect
