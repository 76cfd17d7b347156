package handlers

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// The HTTP server sends an answer of more than its buffer of 4 KB in two
// writes: the full buffer, which begins with the headers, and the rest. Each
// write costs as much as all else that is done for a kept page. A gathered
// connection holds the first one back when it is told that the rest follows at
// once, and sends both together.

// serverBuffer is the size of the HTTP server's buffer. Were it another one,
// nothing would be held back, and nothing lost.
const serverBuffer = 4 << 10

type gatheredKey struct{}

// GatherListener accepts connections that can send an answer in one write.
func GatherListener(l net.Listener) net.Listener { return gatherListener{l} }

type gatherListener struct{ net.Listener }

func (l gatherListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &gathered{TCPConn: tcp}, nil
	}
	return conn, err
}

// GatherContext lets handlers find the connection; it is for http.Server's
// ConnContext.
func GatherContext(ctx context.Context, conn net.Conn) context.Context {
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = outer.NetConn()
	}
	if g, ok := conn.(*gathered); ok {
		return context.WithValue(ctx, gatheredKey{}, g)
	}
	return ctx
}

// gathered is such a connection.
type gathered struct {
	*net.TCPConn
	mu    sync.Mutex
	armed bool // the next write may be held back
	held  []byte
	parts [2][]byte
}

// gatheredOf returns the connection of a request, nil for one of another kind.
func gatheredOf(r *http.Request) *gathered {
	g, _ := r.Context().Value(gatheredKey{}).(*gathered)
	return g
}

// arm says whether a write may be held back. What is held then is not
// forgotten: a full buffer is only written when more is to come.
func (g *gathered) arm(armed bool) {
	if g == nil {
		return
	}
	g.mu.Lock()
	g.armed = armed
	g.mu.Unlock()
}

// Write sends, or holds back until the next write.
func (g *gathered) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.armed && len(p) == serverBuffer && len(g.held) == 0 {
		g.held = append(g.held, p...)
		return len(p), nil
	}
	return g.flush(p)
}

// flush sends what is held, and p.
func (g *gathered) flush(p []byte) (int, error) {
	if len(g.held) == 0 {
		if len(p) == 0 {
			return 0, nil
		}
		return g.TCPConn.Write(p)
	}
	before := int64(len(g.held))
	g.parts = [2][]byte{g.held, p}
	both := net.Buffers(g.parts[:])
	n, err := both.WriteTo(g.TCPConn)
	g.held = g.held[:0]
	return int(max(0, n-before)), err
}

// Read sends what is held before it waits for the other side.
func (g *gathered) Read(p []byte) (int, error) {
	if err := g.flushHeld(); err != nil {
		return 0, err
	}
	return g.TCPConn.Read(p)
}

// ReadFrom sends a file, as the system does it best.
func (g *gathered) ReadFrom(r io.Reader) (int64, error) {
	if err := g.flushHeld(); err != nil {
		return 0, err
	}
	return g.TCPConn.ReadFrom(r)
}

// Close sends what is held first.
func (g *gathered) Close() error {
	_ = g.flushHeld() // the other side may have gone
	return g.TCPConn.Close()
}

func (g *gathered) flushHeld() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, err := g.flush(nil)
	return err
}
