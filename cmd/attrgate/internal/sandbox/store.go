package sandbox

import "sync"

// store keeps one JSON document for each key.
type store interface {
	// view returns the document of a key, nil if there is none.
	view(key string) ([]byte, error)
	// update replaces the document of a key by what change makes of it, one update at a time.
	// If change fails, nothing is replaced and its error comes back.
	update(key string, change func(document []byte) ([]byte, error)) error
	// Close releases what the store holds.
	Close() error
}

type memoryStore struct {
	lock      sync.RWMutex
	documents map[string][]byte
}

func newMemoryStore() *memoryStore {
	return &memoryStore{documents: map[string][]byte{}}
}

func (m *memoryStore) view(key string) ([]byte, error) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	return m.documents[key], nil
}

func (m *memoryStore) update(key string, change func([]byte) ([]byte, error)) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	document, err := change(m.documents[key])
	if err != nil {
		return err
	}
	m.documents[key] = document
	return nil
}

func (m *memoryStore) Close() error {
	return nil
}
