package onewrite_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"broadsheet/handlers/onewrite"
)

// Answers of every length near multiples of the server's buffer arrive whole,
// enabled or not, one after the other on the same connection.
func TestAnswersArriveWhole(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	body := func(n int) []byte { return bytes.Repeat([]byte("abcdefg"), n/7+1)[:n] }
	server := &http.Server{ConnContext: onewrite.ConnContext, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscan(r.URL.Query().Get("n"), &n)
		w.Header().Set("Content-Length", fmt.Sprint(n))
		conn := onewrite.Of(r)
		if conn == nil {
			t.Error("the request has no connection")
		}
		conn.Enable(r.URL.Path == "/enabled")
		w.Write(body(n))
		conn.Enable(false)
	})}
	go server.Serve(onewrite.NewListener(l))
	defer server.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for _, around := range []int{0, 4096, 8192, 12288} {
		for n := max(0, around-300); n < around+8; n += 7 {
			for _, path := range []string{"/enabled", "/"} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://news.example%s?n=%d", path, n), nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := r.Write(conn); err != nil {
					t.Fatal(err)
				}
				answer, err := http.ReadResponse(in, r)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(answer.Body); err != nil || !bytes.Equal(got, body(n)) {
					t.Fatalf("%s, %d bytes: %d arrived, %v", path, n, len(got), err)
				}
			}
		}
	}
}

// A request of a plain listener has no Conn, and Enable of nil does nothing.
func TestOtherConnectionsAreLeftAlone(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://news.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	onewrite.Of(r).Enable(true)
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if onewrite.ConnContext(t.Context(), a) != t.Context() {
		t.Error("a pipe is put into the context")
	}
}
