package traefik

import "github.com/attrgate/attrgate/e2e/internal/daemon"

// Process is a running Traefik.
type Process = daemon.Process

// Start starts Traefik in a folder that holds its traefik.yml and all that this names.
func Start(binary, dir string) (*Process, error) {
	return daemon.Start("traefik", dir, binary, "--configFile=traefik.yml")
}
