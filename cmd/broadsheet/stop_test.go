package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A client that does not finish its request is not an error of a stopping
// server: the server exits with 0 and logs one line.
func TestUnfinishedRequestDoesNotFailTheStop(t *testing.T) {
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
	if n := strings.Count(s.log.String(), "some requests did not finish"); n != 1 {
		t.Errorf("the log says %d times that requests did not finish:\n%s", n, s.log)
	}
}
