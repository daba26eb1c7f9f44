package config

import "reflect"

// Fixed returns the paths of what differs in another section and is taken only at the
// start, since sockets and what hangs on them live as long as the process.
func (g Gateway) Fixed(other Gateway) []string {
	var changed []string
	for _, field := range []struct {
		path      string
		one, next any
	}{
		{"gateway.listen", g.Listen, other.Listen},
		{"gateway.tls", g.TLS, other.TLS},
		{"gateway.admin", g.Admin, other.Admin},
		{"gateway.timeouts", g.Timeouts, other.Timeouts},
		{"gateway.limits", g.Limits, other.Limits},
		{"gateway.redis", g.Redis, other.Redis},
		{"gateway.log", g.Log, other.Log},
		{"gateway.telemetry", g.Telemetry, other.Telemetry},
		{"gateway.drain", g.Drain, other.Drain},
	} {
		if !reflect.DeepEqual(field.one, field.next) {
			changed = append(changed, field.path)
		}
	}
	return changed
}
