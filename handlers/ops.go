package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
	"broadsheet/public"

	"github.com/labstack/echo/v4"
)

// operating answers health checks, and requests for assets.
type operating struct {
	db     *models.DB
	assets *public.Assets
	log    *slog.Logger
	ready  readiness
}

// showHealth answers 200 while the process runs.
func (op *operating) showHealth(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.String(http.StatusOK, "ok\n")
}

// readyTime bounds the time for the database to answer a readiness check. Checks
// within readyFor get the same answer.
const (
	readyTime = 2 * time.Second
	readyFor  = time.Second
)

// readiness is the last answer of the database. Concurrent checks share one
// query.
type readiness struct {
	mu   sync.Mutex
	at   time.Time
	err  error
	asks atomic.Int64 // queries of the database, for tests
}

func (ry *readiness) check(ctx context.Context, db *models.DB) error {
	ry.mu.Lock()
	defer ry.mu.Unlock()
	if !ry.at.IsZero() && time.Since(ry.at) < readyFor {
		return ry.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTime)
	defer cancel()
	ry.asks.Add(1)
	_, ry.err = models.LastChangeID(ctx, db)
	ry.at = time.Now()
	return ry.err
}

// showReady answers 200 when the database answers a query.
func (op *operating) showReady(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	if err := op.ready.check(c.Request().Context(), op.db); err != nil {
		op.log.ErrorContext(c.Request().Context(), "not ready", "error", err.Error())
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ok\n")
}

func (op *operating) showAsset(c echo.Context) error {
	op.assets.ServeHTTP(c.Response(), c.Request())
	return nil
}
