package handlers

import (
	"context"
	"log/slog"
	"net/http"
)

// accessLog logs the requests that were answered from the page cache. It writes
// in the background, so that answers do not wait for the log.
type accessLog struct {
	log   *slog.Logger
	lines chan accessLine // nil: requests are not logged
}

type accessLine struct {
	method, path  string
	status, bytes int
}

// accessAhead is how many lines may wait for the log. When there are more,
// requests write their own line, so that no line is lost.
const accessAhead = 4096

// newAccessLog starts the writer, which ends with ctx. Nothing is logged when
// the level of the log is above Info.
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

// logHit logs a request that was answered with a cached page.
func (a *accessLog) logHit(r *http.Request, status, bytes int) {
	if a.lines == nil {
		return
	}
	line := accessLine{r.Method, r.URL.Path, status, bytes}
	select {
	case a.lines <- line:
	default:
		a.write(line) // the channel is full, or the writer has ended
	}
}
