package onewrite

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// serverBuffer is the size of net/http's write buffer.
const serverBuffer = 4 << 10

type connKey struct{}

// NewListener returns a listener that wraps TCP connections in a Conn.
func NewListener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &Conn{TCPConn: tcp}, nil
	}
	return conn, err
}

// ConnContext puts the connection into the context of its requests, for Of. It
// is the ConnContext of an http.Server.
func ConnContext(ctx context.Context, conn net.Conn) context.Context {
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = outer.NetConn()
	}
	if c, ok := conn.(*Conn); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

// Of returns the connection of a request. It returns nil when the listener is
// of another kind, such as TLS.
func Of(r *http.Request) *Conn {
	c, _ := r.Context().Value(connKey{}).(*Conn)
	return c
}

// Conn is a TCP connection that can hold one write back.
type Conn struct {
	*net.TCPConn
	mu      sync.Mutex
	enabled bool   // the next write may be held back
	held    []byte // a write that is held back
	parts   [2][]byte
}

// Enable says whether the next full buffer is held back. A caller enables it
// before it writes an answer that is complete in memory, and disables it
// afterwards. Bytes that are held then are sent with the next write: net/http
// writes a full buffer only when more bytes follow. Enable of nil does nothing.
func (c *Conn) Enable(enabled bool) {
	if c == nil {
		return
	}
	c.mu.Lock()
	c.enabled = enabled
	c.mu.Unlock()
}

// Write sends p, or holds it back until the next write.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.enabled && len(p) == serverBuffer && len(c.held) == 0 {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	return c.flush(p)
}

// flush sends the held bytes and p. It returns the number of bytes of p that
// were sent.
func (c *Conn) flush(p []byte) (int, error) {
	if len(c.held) == 0 {
		if len(p) == 0 {
			return 0, nil
		}
		return c.TCPConn.Write(p)
	}
	before := int64(len(c.held))
	c.parts = [2][]byte{c.held, p}
	both := net.Buffers(c.parts[:])
	n, err := both.WriteTo(c.TCPConn)
	c.held = c.held[:0]
	return int(max(0, n-before)), err
}

// Read sends the held bytes, then reads.
func (c *Conn) Read(p []byte) (int, error) {
	if err := c.flushHeld(); err != nil {
		return 0, err
	}
	return c.TCPConn.Read(p)
}

// ReadFrom sends the held bytes, then a file (with sendfile where possible).
func (c *Conn) ReadFrom(r io.Reader) (int64, error) {
	if err := c.flushHeld(); err != nil {
		return 0, err
	}
	return c.TCPConn.ReadFrom(r)
}

// Close sends the held bytes, then closes the connection.
func (c *Conn) Close() error {
	_ = c.flushHeld() // the client may have closed the connection
	return c.TCPConn.Close()
}

func (c *Conn) flushHeld() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.flush(nil)
	return err
}
