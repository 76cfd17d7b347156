package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
)

// Rows is a value of every row type of the package.
var Rows = []any{Comment{}, decisionlog.Entry{}, decisionlog.Head{}, version{}, Follow{}, undoRow{}}

// CreateComment stores a comment as posting does.
func CreateComment(ctx context.Context, tx *models.Tx, c *Comment) error { return c.create(ctx, tx) }
