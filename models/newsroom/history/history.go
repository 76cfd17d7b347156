package history

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/paragraphs"
)

// MaxChanges is the greatest number of updates in a history. Older updates are left out.
const MaxChanges = 50

// Change is an update that readers have seen.
type Change struct {
	Number      int // version that the update made public
	At          models.Time
	Quiet       bool // not shown to readers; only [All] returns it
	Differences []drafts.Difference
}

// compared are the fields that the history shows.
var compared = []string{"title", "standfirst", "body", "corrections"}

// Of returns the updates that readers are shown, newest first.
func Of(ctx context.Context, r models.Queryer, a *newsroom.Article) ([]Change, error) {
	return load(ctx, r, a, false)
}

// All returns the quiet updates as well, for editors.
func All(ctx context.Context, r models.Queryer, a *newsroom.Article) ([]Change, error) {
	return load(ctx, r, a, true)
}

func load(ctx context.Context, r models.Queryer, a *newsroom.Article, quiet bool) (list []Change, err error) {
	texts, err := publictexts.Newest(ctx, r, a.ID, 4*MaxChanges)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(texts) && len(list) < MaxChanges; i++ {
		if texts[i].Quiet && !quiet {
			continue
		}
		to, err := drafts.Version(ctx, r, a, texts[i].Number)
		if err != nil {
			return nil, err
		}
		from, err := drafts.Version(ctx, r, a, texts[i+1].Number)
		if err != nil {
			return nil, err
		}
		change := Change{Number: texts[i].Number, At: texts[i].At, Quiet: texts[i].Quiet, Differences: differences(from, to)}
		if len(change.Differences) > 0 {
			list = append(list, change)
		}
	}
	return list, nil
}

// differences returns the fields and paragraphs whose words differ.
func differences(from, to newsroom.Manuscript) []drafts.Difference {
	return slices.DeleteFunc(drafts.Compare(from, to), func(d drafts.Difference) bool {
		return !slices.Contains(compared, d.Field) || d.Op == paragraphs.Same || onlyMarkup(d)
	})
}

// onlyMarkup reports whether a paragraph has no words in either text. Compare gives such a
// paragraph, for example a picture, as markup, which readers must not see.
func onlyMarkup(d drafts.Difference) bool {
	if d.Field != "body" {
		return false
	}
	for _, part := range d.Words {
		if text := strings.TrimSpace(part.Text); text != "" {
			return strings.HasPrefix(text, "<")
		}
	}
	return true
}

// verb is the verb of this package's audit entries.
const verb = "history"

// Silence hides an update from the history that readers see, or shows it again. It refuses
// with NotFound a version that was never public, and the first public version.
func Silence(ctx context.Context, db *models.DB, by models.Actor, article int64, number int, quiet bool) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		found, err := publictexts.Silence(ctx, tx, article, number, quiet)
		if err != nil {
			return err
		}
		if !found {
			return models.Errorf(models.NotFound, "readers of article %d have not seen an update %d", article, number)
		}
		tx.Touch(newsroom.ArticleTag(article))
		what := "shown"
		if quiet {
			what = "hidden"
		}
		return models.Audit(ctx, tx, by, models.Subject{Kind: models.ArticleSubject, ID: article}, verb, strconv.Itoa(number), what)
	})
}
