package connlimit

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// patience is how long the test waits before it fails.
const patience = time.Minute

// When all places are taken, the connection that is idle longest makes room. A
// busy one is never closed for a new one, which waits.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, finish := make(chan struct{}, 10), make(chan struct{})
	open := New(2)
	server := &http.Server{ConnState: open.ConnState, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			begun <- struct{}{}
			<-finish
		}
		fmt.Fprint(w, "done")
	})}
	go server.Serve(open.Listener(listener))
	t.Cleanup(func() { server.Close() })
	ask := func(path string) (net.Conn, chan string) {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
		answer := make(chan string, 1)
		go func() {
			conn.SetReadDeadline(time.Now().Add(patience))
			buf := make([]byte, 1<<10)
			n, _ := conn.Read(buf)
			answer <- string(buf[:n])
		}()
		return conn, answer
	}
	want := func(what string, answer chan string) {
		t.Helper()
		if got := <-answer; !strings.HasSuffix(got, "done") {
			t.Errorf("%s: %q", what, got)
		}
	}
	idle, first := ask("/")
	want("the first", first)
	_, slow := ask("/slow")
	<-begun
	_, third := ask("/slow") // closes the idle one
	<-begun
	if n, err := idle.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("the idle connection: %d, %v", n, err)
	}
	_, fourth := ask("/")
	waiting := func() bool {
		open.mu.Lock()
		defer open.mu.Unlock()
		return open.waiting > 0
	}
	for deadline := time.Now().Add(patience); !waiting(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the fourth connection does not wait")
		}
	}
	select {
	case got := <-fourth:
		t.Errorf("a third connection is served beside two busy ones: %q", got)
	default:
	}
	close(finish) // the two that were busy stay open: one of them must make room
	want("the slow one", slow)
	want("the one after it", third)
	want("the one that waited", fourth)
}
