package traefik

import "net"

// FreeAddress returns an address on 127.0.0.1 that nothing listens on. Another program
// may take it before it is used; a process that cannot listen says so in its log.
func FreeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
