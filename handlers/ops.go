package handlers

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"

	"github.com/labstack/echo/v4"
)

// operator answers machines: health checks, crawlers, and browsers that ask
// for assets.
type operator struct{ *server }

// showHealth says that the process answers.
func (o *operator) showHealth(c echo.Context) error {
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

// showReady says that the database answers too.
func (o *operator) showReady(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	if err := o.ready.check(c.Request().Context(), o.DB); err != nil {
		o.Log.ErrorContext(c.Request().Context(), "not ready", "error", err.Error())
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ok\n")
}

func (o *operator) showAsset(c echo.Context) error {
	o.Assets.ServeHTTP(c.Response(), c.Request())
	return nil
}

// showFavicon sends browsers that do not read the page's link to the icon.
func (o *operator) showFavicon(c echo.Context) error {
	return o.elsewhere(c, o.Assets.URL("favicon.svg"))
}

func (o *operator) showRobots(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return c.String(http.StatusOK, fmt.Sprintf("User-agent: *\nDisallow: /search/\nDisallow: /wp-admin/\n\n# %s\n", o.BaseURL))
}
