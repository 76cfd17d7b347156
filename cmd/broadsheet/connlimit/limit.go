package connlimit

import (
	"container/list"
	"io"
	"net"
	"net/http"
	"sync"
)

// Limit limits how many connections are open at once. When all places are taken, a new
// connection gets the place of the connection that has been idle longest, which
// is closed. When none is idle, the new one waits until another ends or becomes
// idle. That happens in time: the server limits the time of each
// request and each answer.
type Limit struct {
	places chan struct{} // one for each open connection

	mu      sync.Mutex
	waiting int       // new connections without a place
	idle    list.List // of net.Conn, the longest idle in front
	where   map[net.Conn]*list.Element
}

// New returns a limit of most connections.
func New(most int) *Limit {
	return &Limit{places: make(chan struct{}, most), where: map[net.Conn]*list.Element{}}
}

// Listener returns a listener that accepts at most as many connections as there are
// places.
func (c *Limit) Listener(l net.Listener) net.Listener {
	return &limitedListener{Listener: l, limit: c, closed: make(chan struct{})}
}

// ConnState follows the states of connections, for http.Server.ConnState.
func (c *Limit) ConnState(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if place := c.where[conn]; place != nil {
		c.idle.Remove(place)
		delete(c.where, conn)
	}
	if state != http.StateIdle {
		return
	}
	if c.waiting > 0 {
		closeSoon(conn)
		return
	}
	c.where[conn] = c.idle.PushBack(conn)
}

// wait counts one more connection without a place, and closes the connection that
// has been idle longest. From then on ConnState closes each connection that becomes
// idle, until endWait.
func (c *Limit) wait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting++
	if first := c.idle.Front(); first != nil {
		conn := c.idle.Remove(first).(net.Conn)
		delete(c.where, conn)
		closeSoon(conn)
	}
}

func (c *Limit) endWait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting--
}

// closeSoon closes a connection in the background: with TLS a close may block
// until the client has read its last message.
func closeSoon(conn net.Conn) { go conn.Close() }

type limitedListener struct {
	net.Listener
	limit  *Limit
	once   sync.Once
	closed chan struct{}
}

// Accept waits for a connection and for a place.
func (l *limitedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := l.limit
	select {
	case c.places <- struct{}{}:
		return c.placed(conn), nil
	default:
	}
	c.wait()
	defer c.endWait()
	select {
	case c.places <- struct{}{}:
		return c.placed(conn), nil
	case <-l.closed:
		conn.Close()
		return nil, net.ErrClosed
	}
}

func (c *Limit) placed(conn net.Conn) net.Conn {
	return &placedConn{Conn: conn, leave: sync.OnceFunc(func() { <-c.places })}
}

// Close also ends the wait for a place.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// placedConn frees its place when it is closed.
type placedConn struct {
	net.Conn
	leave func()
}

func (p *placedConn) Close() error {
	err := p.Conn.Close()
	p.leave()
	return err
}

// ReadFrom sends a file by the fastest method of the underlying connection.
func (p *placedConn) ReadFrom(r io.Reader) (int64, error) {
	if from, ok := p.Conn.(io.ReaderFrom); ok {
		return from.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{p.Conn}, r)
}

// NetConn returns the underlying connection.
func (p *placedConn) NetConn() net.Conn { return p.Conn }
