package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/coreos/go-systemd/v22/activation"

	"github.com/attrgate/attrgate/cmd/attrgate/internal/config"
)

// listenDefault is where the gateway listens if nobody says where.
const listenDefault = "127.0.0.1:8080"

// listenAll opens the addresses, or none of them.
func listenAll(ctx context.Context, addresses []string) ([]net.Listener, error) {
	if len(addresses) == 0 {
		addresses = []string{listenDefault}
	}
	given, err := activated(addresses)
	if err != nil {
		return nil, err
	}
	var opened []net.Listener
	for _, address := range addresses {
		listeners, err := listenOn(ctx, address, given)
		if err != nil {
			return nil, errors.Join(err, closeAll(opened))
		}
		opened = append(opened, listeners...)
	}
	return opened, nil
}

// activated are the sockets of systemd by name, if any address stands for some. They can be
// asked for only once.
func activated(addresses []string) (map[string][]net.Listener, error) {
	if !slices.ContainsFunc(addresses, func(a string) bool { _, ok := config.ActivatedName(a); return ok }) {
		return nil, nil
	}
	given, err := activation.ListenersWithNames()
	if err != nil {
		return nil, fmt.Errorf("the sockets of systemd: %w", err)
	}
	return given, nil
}

// listenOn opens an address, or takes the sockets of systemd that it stands for.
func listenOn(ctx context.Context, address string, given map[string][]net.Listener) ([]net.Listener, error) {
	name, ok := config.ActivatedName(address)
	if !ok {
		listener, err := listen(ctx, address, "--listen")
		return []net.Listener{listener}, err
	}
	var taken []net.Listener
	for of, listeners := range given {
		if name == "" || of == name {
			taken = append(taken, listeners...)
			delete(given, of)
		}
	}
	if len(taken) == 0 {
		return nil, fmt.Errorf("cannot listen on %s: systemd has opened no such socket for this process", address)
	}
	return taken, nil
}

func closeAll(listeners []net.Listener) error {
	var failed []error
	for _, listener := range listeners {
		failed = append(failed, listener.Close())
	}
	return errors.Join(failed...)
}
