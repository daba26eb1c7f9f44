package cli

import (
	"context"
	"errors"
	"net"
)

// listenDefault is where the gateway listens if nobody says where.
const listenDefault = "127.0.0.1:8080"

// listenAll opens the addresses, or none of them.
func listenAll(ctx context.Context, addresses []string) ([]net.Listener, error) {
	if len(addresses) == 0 {
		addresses = []string{listenDefault}
	}
	var opened []net.Listener
	for _, address := range addresses {
		listener, err := listen(ctx, address, "--listen")
		if err != nil {
			return nil, errors.Join(err, closeAll(opened))
		}
		opened = append(opened, listener)
	}
	return opened, nil
}

func closeAll(listeners []net.Listener) error {
	var failed []error
	for _, listener := range listeners {
		failed = append(failed, listener.Close())
	}
	return errors.Join(failed...)
}
