package drafts

import (
	"context"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Tab is one open page with the form of an article. If the answer to a save is lost or late,
// the page's next save names the same seen version, although its text goes on from the first
// save. The Tab tells that the first save is not a change of another editor. The zero Tab is
// a form that does not count its saves.
type Tab struct {
	ID  string // random
	Nth int    // number of the save within the page, so that a late save replaces no newer one
}

// TabOf returns the Tab of two fields of a form. It returns the zero Tab unless id has 1 to 64
// printable ASCII characters and nth is a number above 0.
func TabOf(id, nth string) Tab {
	n, err := strconv.Atoi(nth)
	printable := !strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' })
	if err != nil || n <= 0 || id == "" || len(id) > 64 || !printable {
		return Tab{}
	}
	return Tab{id, n}
}

// tabSave is a row of article_tabs.
type tabSave struct {
	Tab       string `gorm:"primaryKey"`
	Nth       int    `gorm:"primaryKey;autoIncrement:false"`
	ArticleID int64  `gorm:"primaryKey;autoIncrement:false"`
	Number    int    // version that the save has made
}

func (tabSave) TableName() string { return "article_tabs" }

// Begin does what [Create] does. If the tab has created an article before, and did not
// get the answer, Begin saves the text to that article.
func (t Tab) Begin(
	ctx context.Context, db *models.DB, by models.Actor, text newsroom.Manuscript,
) (article int64, stored Stored, err error) {
	first, err := t.first(ctx, db, by)
	if err != nil {
		return 0, stored, err
	}
	if first != nil {
		stored, err = t.Save(ctx, db, by, first.ArticleID, first.Number, text, nil)
		return first.ArticleID, stored, err
	}
	return create(ctx, db, by, t, text)
}

// Autosave is [Autosave] for a tab: the tab's own earlier saves cause no overlap.
func (t Tab) Autosave(
	ctx context.Context, db *models.DB, by models.Actor, article int64, seen int, text newsroom.Manuscript,
) (Stored, error) {
	return store(ctx, db, by, saving{article: article, seen: seen, text: text, kind: Autosaved, tab: t})
}

// Save is [Save] for a tab: the tab's own earlier saves cause no overlap.
func (t Tab) Save(
	ctx context.Context, db *models.DB, by models.Actor, article int64, seen int, text newsroom.Manuscript, choices *Choices,
) (Stored, error) {
	return store(ctx, db, by, saving{article: article, seen: seen, text: text, kind: Saved, choices: choices, tab: t})
}

// first returns the account's first save from the tab, or nil.
func (t Tab) first(ctx context.Context, r models.Queryer, by models.Actor) (*tabSave, error) {
	if t.ID == "" || by.UserID == nil {
		return nil, nil
	}
	return models.First[tabSave](r.Query(ctx).Table("article_tabs AS t").Select("t.*").
		Joins("JOIN article_versions v ON v.article_id = t.article_id AND v.number = t.number").
		Where("t.tab = ? AND v.actor_id = ?", t.ID, *by.UserID).Order("t.nth"))
}

// note records that the tab has saved a version.
func (t Tab) note(ctx context.Context, tx *models.Tx, article int64, number int) error {
	if t.ID == "" {
		return nil
	}
	return tx.Query(ctx).Create(&tabSave{t.ID, t.Nth, article, number}).Error
}

// follow returns the base of the tab's next save. The form began with version began; the
// base is the last of the tab's own versions that follow it without a version of another
// editor between them. late reports that the tab has already stored a later text.
func (t Tab) follow(ctx context.Context, r models.Queryer, article int64, began int) (over int, late bool, err error) {
	if t.ID == "" {
		return began, false, nil
	}
	var list []tabSave
	err = r.Query(ctx).Table("article_versions AS v").Select("v.number, COALESCE(t.nth, 0) AS nth").
		Joins("LEFT JOIN article_tabs t ON t.article_id = v.article_id AND t.number = v.number AND t.tab = ?", t.ID).
		Where("v.article_id = ? AND v.number > ? AND v.kind <> ?", article, began, string(Aside)).Order("v.number").Find(&list).Error
	over = began
	own := true
	for _, v := range list {
		late = late || v.Nth >= t.Nth
		if own = own && v.Nth > 0; own {
			over = v.Number
		}
	}
	return over, late, err
}
