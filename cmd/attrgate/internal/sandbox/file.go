package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	documentsBucket = "documents"
	lockTimeout     = time.Second
)

var errDamaged = errors.New("not a sandbox data file, or a damaged one")

type fileStore struct {
	database *bbolt.DB
}

// openFileStore opens or creates a data file and reads it once, to find damage now
// and not in the middle of a request.
func openFileStore(path string) (*fileStore, error) {
	var database *bbolt.DB
	err := guarded(func() (err error) {
		database, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
		return err
	})
	if err != nil {
		return nil, openError(path, err)
	}
	err = guarded(func() error { return prepare(database) })
	if err != nil {
		return nil, errors.Join(openError(path, err), database.Close())
	}
	return &fileStore{database: database}, nil
}

func (f *fileStore) view(key string) (document []byte, err error) {
	err = guarded(func() error {
		return f.database.View(func(tx *bbolt.Tx) error {
			// The bytes belong to the transaction.
			document = bytes.Clone(tx.Bucket([]byte(documentsBucket)).Get([]byte(key)))
			return nil
		})
	})
	return document, err
}

func (f *fileStore) update(key string, change func([]byte) ([]byte, error)) error {
	return guarded(func() error {
		return f.database.Update(func(tx *bbolt.Tx) error {
			bucket := tx.Bucket([]byte(documentsBucket))
			document, err := change(bytes.Clone(bucket.Get([]byte(key))))
			if err != nil {
				return err
			}
			return bucket.Put([]byte(key), document)
		})
	})
}

func (f *fileStore) Close() error {
	return f.database.Close()
}

// prepare reads before it writes: a reader that meets damage can still close the file.
func prepare(database *bbolt.DB) error {
	if err := database.View(check); err != nil {
		return err
	}
	return database.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte(documentsBucket))
		return err
	})
}

func check(tx *bbolt.Tx) error {
	bucket := tx.Bucket([]byte(documentsBucket))
	if bucket == nil {
		return nil
	}
	return bucket.ForEach(func(key, document []byte) error {
		if !json.Valid(document) {
			return fmt.Errorf("%w: document %q", errDamaged, key)
		}
		return nil
	})
}

func openError(path string, err error) error {
	var system *fs.PathError
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("data file %s: in use by another process", path)
	case errors.As(err, &system):
		return fmt.Errorf("data file %s: %w", path, system.Err)
	case errors.Is(err, errDamaged):
		return fmt.Errorf("data file %s: %w", path, err)
	}
	return fmt.Errorf("data file %s: %w: %w", path, errDamaged, err)
}

// guarded turns the panics and memory faults of a file that was damaged or cut short,
// which bbolt maps into memory, into errors.
func guarded(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", errDamaged, cause)
		}
	}()
	return work()
}
