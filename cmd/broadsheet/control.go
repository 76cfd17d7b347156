package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"broadsheet/models"
)

// The control socket lets a command wait until the running server has read the
// command's changes. The command sends a line; the server reads the change log
// up to its end and answers "ok". The socket has no other use.

// controlPath returns the socket of the server of a data directory. The name
// is short: the path of a socket is limited to about a hundred bytes.
func (a *app) controlPath() string { return filepath.Join(a.Data, "ctl") }

// answerTime is how long a command waits for the server's answer.
const answerTime = 10 * time.Second

// listenControl answers commands until ctx ends. Without a socket (the path is
// too long, or the file system has none) the watcher still notices their
// changes a moment later.
func (a *app) listenControl(ctx context.Context, db *models.DB) {
	path := a.controlPath()
	if conn, err := net.Dial("unix", path); err == nil {
		conn.Close()
		slog.Warn("another server uses this data directory; commands will tell that one", "directory", a.Data)
		return
	}
	os.Remove(path) // left by a server that was killed
	listener, err := net.Listen("unix", path)
	if err != nil {
		slog.Warn("no control socket; commands are noticed within a moment", "error", err)
		return
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answerControl(ctx, db, conn)
		}
	}()
}

func answerControl(ctx context.Context, db *models.DB, conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(answerTime))
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		return
	}
	if err := db.CatchUp(ctx); err != nil {
		fmt.Fprintln(conn, "error")
		return
	}
	fmt.Fprintln(conn, "ok")
}

// tellServer returns when the server of this data directory, if one runs, has
// read the change log.
func (a *app) tellServer(change int64) error {
	conn, err := net.Dial("unix", a.controlPath())
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EINVAL) {
		return nil // no server runs here
	}
	if err == nil {
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(answerTime))
		fmt.Fprintf(conn, "change %d\n", change)
		var answer string
		if answer, err = bufio.NewReader(conn).ReadString('\n'); err == nil && strings.TrimSpace(answer) == "ok" {
			return nil
		}
	}
	fmt.Fprintln(a.stderr, "broadsheet: the change is stored, but the running server did not answer; it will notice within a moment")
	return nil
}
