package newsroom

import (
	"context"
	"strings"
	"sync/atomic"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/spam"
	"broadsheet/models/terms"
)

// Site is what every page needs to know before it looks at any article: the
// settings and the tree of sections. It is a snapshot and must not be
// changed.
type Site struct {
	models.Settings
	Categories *taxonomy.Categories
	Nav        []*taxonomy.Category // the sections of the section bar and the foot
	// The word lists of the settings, ready for use.
	HoldWords, TrashWords *terms.List
	Bans                  *people.Bans
	// Staff are the accounts whose comments speak for the paper.
	Staff map[int64]bool
	// Spam is the mark and the model that the site has learnt from its
	// moderators' decisions, nil if there are none.
	Spam *spam.Site
	// Compared remembers texts that the spam score has compared lately.
	Compared *spam.Memo
}

// NewSiteSnapshot keeps the site's settings, sections, bans, staff and spam
// mark in memory and renews them after a change to any of them. Word lists that
// have not changed are not compiled again.
func NewSiteSnapshot(db *models.DB) *models.Snapshot[*Site] {
	var last atomic.Pointer[Site]
	load := func(ctx context.Context, r models.Queryer) (*Site, error) {
		site, err := loadSite(ctx, r, last.Load())
		if err == nil {
			last.Store(site)
		}
		return site, err
	}
	return models.NewSnapshot(db, load, models.SettingsTag, taxonomy.CategoriesTag, people.BansTag, people.RolesTag, SpamMarkTag)
}

// LoadSite reads settings, sections, bans, staff and the spam mark, in five
// statements.
func LoadSite(ctx context.Context, r models.Queryer) (*Site, error) { return loadSite(ctx, r, nil) }

func loadSite(ctx context.Context, r models.Queryer, last *Site) (*Site, error) {
	settings, err := models.LoadSettings(ctx, r)
	if err != nil {
		return nil, err
	}
	sections, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return nil, err
	}
	bans, err := people.LoadBans(ctx, r)
	if err != nil {
		return nil, err
	}
	staff, err := people.StaffIDs(ctx, r)
	if err != nil {
		return nil, err
	}
	learnt, err := loadSpam(ctx, r)
	if err != nil {
		return nil, err
	}
	site := &Site{Categories: sections, Bans: bans, Staff: staff, Spam: learnt, Compared: new(spam.Memo)}
	if last != nil {
		site.Settings, site.HoldWords, site.TrashWords = last.Settings, last.HoldWords, last.TrashWords
		site.Compared = last.Compared
	}
	return site.With(settings), nil
}

// With returns the same site with other settings. A word list that is the
// same is not compiled again.
func (s *Site) With(settings models.Settings) *Site {
	with := &Site{
		Settings: settings, Categories: s.Categories, HoldWords: s.HoldWords, TrashWords: s.TrashWords, Bans: s.Bans, Staff: s.Staff, Spam: s.Spam,
		Compared: s.Compared,
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
