// Package observe has no code of its own: its tests let a real Prometheus scrape a gateway
// under load, run every query of the Grafana dashboard against it, and hold the alert rules
// with Prometheus' own tool. Debian has both.
//
//	apt-get install prometheus
//	cd e2e && GOWORK=off go test ./observe
package observe
