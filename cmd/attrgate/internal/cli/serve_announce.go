package cli

import (
	"fmt"
	"log/slog"
	"net"
	"strings"
)

func (s *service) announceGateway(address net.Addr) error {
	url := s.urlOf(address)
	upstreams := strings.Join(s.started.Backends(), ", ")
	if s.started.Log.Decisions == "json" {
		slog.New(slog.NewJSONHandler(s.stdout, nil)).Info("gateway listens", "url", url, "upstream", upstreams)
		return nil
	}
	_, err := fmt.Fprintf(s.stdout, "gateway listens on %s and forwards to %s\n", url, upstreams)
	return err
}

// urlOf names a listener as its clients do; a socket of the file system has a name alone.
func (s *service) urlOf(address net.Addr) string {
	switch {
	case address.Network() == "unix":
		return "unix:" + address.String()
	case s.certificates != nil:
		return "https://" + dialable(address)
	}
	return "http://" + dialable(address)
}

func (s *service) announceAdmin(address net.Addr) error {
	url := "http://" + dialable(address)
	if s.started.Log.Decisions == "json" {
		slog.New(slog.NewJSONHandler(s.stdout, nil)).Info("admin listens", "url", url)
		return nil
	}
	_, err := fmt.Fprintf(s.stdout, "admin listens on %s\n", url)
	return err
}
