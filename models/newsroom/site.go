package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// Site is what every page needs to know before it looks at any article: the
// settings and the tree of sections. It is a snapshot and must not be
// changed.
type Site struct {
	models.Settings
	Sections *Sections
	// The word lists of the settings, ready for use.
	HoldWords, TrashWords *terms.List
}

// NewSiteSnapshot keeps the site's settings and sections in memory and
// renews them after a change to either.
func NewSiteSnapshot(db *models.DB) *models.Snapshot[*Site] {
	return models.NewSnapshot(db, LoadSite, models.SettingsTag, sectionsTag)
}

// LoadSite reads settings and sections, in two statements.
func LoadSite(ctx context.Context, r models.Reader) (*Site, error) {
	settings, err := models.LoadSettings(ctx, r)
	if err != nil {
		return nil, err
	}
	sections, err := LoadSections(ctx, r)
	return &Site{settings, sections, wordList(settings.CommentHoldWords), wordList(settings.CommentTrashWords)}, err
}

func wordList(lines string) *terms.List { return terms.NewList(strings.Split(lines, "\n")) }
