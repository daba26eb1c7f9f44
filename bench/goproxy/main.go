// Goproxy is the least that a reverse proxy in Go does: httputil.ReverseProxy with a pool of
// buffers and connections that stay open. The gateway is measured against it.
package main

import (
	"flag"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
)

const bufferBytes = 32 << 10 // what ReverseProxy would take

type pool struct{ sync.Pool }

func (p *pool) Get() []byte  { return p.Pool.Get().(*[bufferBytes]byte)[:] }
func (p *pool) Put(b []byte) { p.Pool.Put((*[bufferBytes]byte)(b)) }

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "`address` to listen on")
	upstream := flag.String("upstream", "http://127.0.0.1:8081", "`URL` of the backend")
	flag.Parse()
	backend, err := url.Parse(*upstream)
	if err != nil {
		log.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:    func(r *httputil.ProxyRequest) { r.SetURL(backend); r.SetXForwarded() },
		Transport:  &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		BufferPool: &pool{sync.Pool{New: func() any { return new([bufferBytes]byte) }}},
	}
	log.Fatal(http.ListenAndServe(*listen, proxy))
}
