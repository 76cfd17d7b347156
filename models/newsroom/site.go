package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/terms"
)

// Site is what every page needs to know before it looks at any article: the
// settings and the tree of sections. It is a snapshot and must not be
// changed.
type Site struct {
	models.Settings
	Sections *Sections
	Nav      []*Category // the sections of the section bar and the foot
	// The word lists of the settings, ready for use.
	HoldWords, TrashWords *terms.List
	Bans                  *people.Bans
	// Staff are the accounts whose comments speak for the paper.
	Staff map[int64]bool
}

// NewSiteSnapshot keeps the site's settings, sections, bans and staff in memory
// and renews them after a change to any of them.
func NewSiteSnapshot(db *models.DB) *models.Snapshot[*Site] {
	return models.NewSnapshot(db, LoadSite, models.SettingsTag, sectionsTag, "bans", people.RolesTag)
}

// LoadSite reads settings, sections, bans and staff, in four statements.
func LoadSite(ctx context.Context, r models.Reader) (*Site, error) {
	settings, err := models.LoadSettings(ctx, r)
	if err != nil {
		return nil, err
	}
	sections, err := LoadSections(ctx, r)
	if err != nil {
		return nil, err
	}
	bans, err := people.LoadBans(ctx, r)
	if err != nil {
		return nil, err
	}
	staff, err := people.LoadStaff(ctx, r)
	return (&Site{Sections: sections, Bans: bans, Staff: staff}).With(settings), err
}

// With returns the same site with other settings. A word list that is the
// same is not compiled again.
func (s *Site) With(settings models.Settings) *Site {
	with := &Site{
		Settings: settings, Sections: s.Sections, HoldWords: s.HoldWords, TrashWords: s.TrashWords, Bans: s.Bans, Staff: s.Staff,
	}
	if s.HoldWords == nil || settings.CommentHoldWords != s.CommentHoldWords {
		with.HoldWords = WordList(settings.CommentHoldWords)
	}
	if s.TrashWords == nil || settings.CommentTrashWords != s.CommentTrashWords {
		with.TrashWords = WordList(settings.CommentTrashWords)
	}
	with.Nav = with.navigation()
	return with
}

// WordList compiles the value of a setting that is a word list.
func WordList(lines string) *terms.List { return terms.NewList(strings.Split(lines, "\n")) }
