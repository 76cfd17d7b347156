package handlers

import (
	"context"
	"log/slog"
	"net/http"
)

// accessLog writes down requests that were answered on the short way, behind
// the reader's back: what is sent does not wait for the log.
type accessLog struct {
	log   *slog.Logger
	lines chan accessLine // nil: requests are not logged
}

type accessLine struct {
	method, path  string
	status, bytes int
}

// accessAhead is how many requests the log may be behind. Beyond that readers
// wait for it: no line is lost.
const accessAhead = 4096

// newAccessLog begins to write until ctx ends; nothing where the log does not
// want requests.
func newAccessLog(ctx context.Context, log *slog.Logger) *accessLog {
	a := &accessLog{log: log}
	if !log.Enabled(ctx, slog.LevelInfo) {
		return a
	}
	a.lines = make(chan accessLine, accessAhead)
	go func() {
		for {
			select {
			case line := <-a.lines:
				a.write(line)
			case <-ctx.Done():
				for {
					select {
					case line := <-a.lines:
						a.write(line)
					default:
						return
					}
				}
			}
		}
	}()
	return a
}

func (a *accessLog) write(line accessLine) {
	a.log.Info("request", "method", line.method, "path", line.path, "status", line.status, "bytes", line.bytes, "kept", true)
}

// hit notes a request that was answered with a kept page.
func (a *accessLog) hit(r *http.Request, status, bytes int) {
	if a.lines == nil {
		return
	}
	line := accessLine{r.Method, r.URL.Path, status, bytes}
	select {
	case a.lines <- line:
	default:
		a.write(line) // also after the end, when nobody takes them
	}
}
