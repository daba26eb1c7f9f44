package gateway

import "sync"

// bufferBytes is the size that httputil.ReverseProxy itself would take.
const bufferBytes = 32 << 10

// bufferPool lends the buffers through which replies are copied. It keeps pointers to
// arrays, since a slice put into a sync.Pool is itself an allocation.
type bufferPool struct {
	pool sync.Pool
}

// Get returns a buffer whose content is undefined.
func (b *bufferPool) Get() []byte {
	if kept, ok := b.pool.Get().(*[bufferBytes]byte); ok {
		return kept[:]
	}
	return make([]byte, bufferBytes)
}

// Put takes back a buffer from Get.
func (b *bufferPool) Put(buffer []byte) {
	if len(buffer) == bufferBytes {
		b.pool.Put((*[bufferBytes]byte)(buffer))
	}
}
