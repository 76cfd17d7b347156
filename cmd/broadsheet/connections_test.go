package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// When all places are taken, the connection that is idle longest makes room. A
// busy one is never closed for a new one, which waits.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, finish := make(chan struct{}, 10), make(chan struct{})
	open := newConnections(2)
	server := &http.Server{ConnState: open.state, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			begun <- struct{}{}
			<-finish
		}
		fmt.Fprint(w, "done")
	})}
	go server.Serve(open.limit(listener))
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

// A client that does not finish its request is not an error of a stopping
// server: the server exits with 0 and logs one line.
func TestStoppingDoesNotFailForAClientThatNeverFinishes(t *testing.T) {
	t.Parallel()
	s := &site{env: os.Environ()}
	dir := t.TempDir()
	built := dir + "/broadsheet"
	if out, err := exec.Command("go", "build", "-o", built, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := s.start(dir, built, "--data", "site", "--drain-time", "100ms"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	conn, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSuffix(s.url, "/"), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /wp-comments-post.php HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
	// The server asks for the body when a handler reads it.
	conn.SetReadDeadline(time.Now().Add(patience))
	if n, err := conn.Read(make([]byte, 100)); n == 0 {
		t.Fatal(err)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(s.log.String(), "some requests were not finished"); n != 1 {
		t.Errorf("the log says %d times that requests were not finished:\n%s", n, s.log)
	}
}
