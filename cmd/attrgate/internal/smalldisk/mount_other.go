//go:build !linux

package smalldisk

import "errors"

func mount(_, _ string) error { return errors.ErrUnsupported }

func remount(_, _ string) error { return errors.ErrUnsupported }

func unmount(string) error { return errors.ErrUnsupported }
