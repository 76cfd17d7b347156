package newsroom

import (
	"context"
	"strings"
	"sync/atomic"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/settings"
	"broadsheet/models/spam"
	"broadsheet/models/terms"
)

// Site is the data that every page needs: the settings, the tree of categories
// and the data that comments are judged by. It is a snapshot and read-only.
type Site struct {
	settings.Settings
	Categories *taxonomy.Categories
	permalinks *permalink.Pattern
	Nav        []*taxonomy.Category // the categories of the navigation bar and the footer
	// The compiled word lists of the settings.
	HoldWords, TrashWords *terms.List
	Bans                  *bans.Index
	// Staff are the accounts that comment for the newsroom.
	Staff map[int64]bool
	// Spam is the mark and the model that the site has learnt from the
	// decisions of its moderators, nil if there are none.
	Spam *spam.Site
	// Compared remembers texts that the spam score has compared lately.
	Compared *spam.Memo
}

// NewSiteSnapshot holds a Site in memory and loads it again after a change of its
// data. It compiles a word list again only if the list has changed.
func NewSiteSnapshot(db *models.DB) *models.Snapshot[*Site] {
	var last atomic.Pointer[Site]
	load := func(ctx context.Context, r models.Queryer) (*Site, error) {
		site, err := loadSite(ctx, r, last.Load())
		if err == nil {
			last.Store(site)
		}
		return site, err
	}
	return models.NewSnapshot(db, load, models.SettingsTag, taxonomy.CategoriesTag, bans.Tag, people.RolesTag, SpamMarkTag)
}

// LoadSite reads a Site in five statements: settings, categories, bans, staff and
// the spam mark.
func LoadSite(ctx context.Context, r models.Queryer) (*Site, error) { return loadSite(ctx, r, nil) }

func loadSite(ctx context.Context, r models.Queryer, last *Site) (*Site, error) {
	settings, err := settings.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	categories, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return nil, err
	}
	inForce, err := bans.Load(ctx, r)
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
	site := &Site{Categories: categories, Bans: inForce, Staff: staff, Spam: learnt, Compared: new(spam.Memo)}
	if last != nil {
		site.Settings, site.HoldWords, site.TrashWords = last.Settings, last.HoldWords, last.TrashWords
		site.Compared = last.Compared
	}
	return site.With(settings), nil
}

// With returns the site with other settings. It compiles a word list again only
// if the list has changed.
func (s *Site) With(settings settings.Settings) *Site {
	with := &Site{
		Settings: settings, Categories: s.Categories, HoldWords: s.HoldWords, TrashWords: s.TrashWords,
		Bans: s.Bans, Staff: s.Staff, Spam: s.Spam, Compared: s.Compared,
	}
	if s.HoldWords == nil || settings.CommentHoldWords != s.CommentHoldWords {
		with.HoldWords = WordList(settings.CommentHoldWords)
	}
	if s.TrashWords == nil || settings.CommentTrashWords != s.CommentTrashWords {
		with.TrashWords = WordList(settings.CommentTrashWords)
	}
	with.Nav, with.permalinks = with.navigation(), permalink.Compile(settings.Permalinks)
	return with
}

// WordList compiles a word list in the form of the settings: one entry a line.
func WordList(lines string) *terms.List { return terms.NewList(strings.Split(lines, "\n")) }
