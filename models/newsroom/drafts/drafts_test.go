package drafts_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var (
	edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}
	jonas = models.Actor{UserID: new(int64(8)), Name: "Jonas"}
)

func story(paragraphs ...string) newsroom.Manuscript {
	return newsroom.Manuscript{
		Title: "Harbour tunnel opens", Format: richtext.HTML, Body: "<p>" + strings.Join(paragraphs, "</p>\n<p>") + "</p>",
		Tags: []string{"Harbour"},
	}
}

// published saves a public article by another way than the desk.
func published(t *testing.T, db *models.DB, m newsroom.Manuscript) int64 {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

func open(t *testing.T, db *models.DB, id int64) *drafts.Draft {
	t.Helper()
	d, err := drafts.Open(t.Context(), db, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func shownBody(t *testing.T, db *models.DB, id int64) string {
	t.Helper()
	var body newsroom.ArticleBody
	if err := db.Query(t.Context()).Where("article_id = ?", id).Take(&body).Error; err != nil {
		t.Fatal(err)
	}
	return body.Source
}

func TestADraftOfALiveArticleWaitsUntilItIsShown(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		id := published(t, db, story("One", "Two"))
		before := open(t, db, id)
		if before.Pending || before.Article.Status != newsroom.Published {
			t.Fatalf("before: %+v", before)
		}
		clock.Advance(time.Hour)
		stored, err := drafts.Save(t.Context(), db, edith, id, before.Number, story("One", "Two, corrected"), nil)
		if err != nil || stored.Merged || stored.Unchanged {
			t.Fatalf("save: %+v (%v)", stored, err)
		}
		if body := shownBody(t, db, id); strings.Contains(body, "corrected") {
			t.Errorf("readers see the draft: %s", body)
		}
		d := open(t, db, id)
		if !d.Pending || d.Number != stored.Number || !strings.Contains(d.Text.Body, "corrected") || d.Actor.Name != "Edith" {
			t.Errorf("the draft is %+v", d)
		}
		if d.Article.RevisedAt.IsZero() != before.Article.RevisedAt.IsZero() {
			t.Error("a draft changed the article's time of revision")
		}
		if _, err := drafts.Show(t.Context(), db, edith, id, drafts.Move{Number: stored.Number}); err != nil {
			t.Fatal(err)
		}
		after := open(t, db, id)
		if body := shownBody(t, db, id); after.Pending || !strings.Contains(body, "corrected") {
			t.Errorf("pending %v, readers see %s", after.Pending, body)
		}
		if !after.Article.PublishedAt.Equal(before.Article.PublishedAt.Time) || after.Article.Slug != before.Article.Slug {
			t.Errorf("date or address moved: %v %s", after.Article.PublishedAt, after.Article.Slug)
		}
	})
}

func TestTwoEditorsOfOneArticle(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id, first, err := drafts.Create(t.Context(), db, edith, story("One", "Two", "Three"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drafts.Save(t.Context(), db, edith, id, first.Number, story("One of Edith", "Two", "Three"), nil); err != nil {
			t.Fatal(err)
		}
		// Another paragraph is merged without a question.
		mine := story("One", "Two", "Three of Jonas")
		mine.Tags = []string{"Harbour", "Tunnel"}
		merged, err := drafts.Save(t.Context(), db, jonas, id, first.Number, mine, nil)
		if err != nil || !merged.Merged {
			t.Fatalf("merged %+v (%v)", merged, err)
		}
		if got := shownBody(t, db, id); got != story("One of Edith", "Two", "Three of Jonas").Body {
			t.Errorf("the merged body is %s", got)
		}
		if !slices.Equal(merged.Text.Tags, []string{"Harbour", "Tunnel"}) {
			t.Errorf("the merged tags are %v", merged.Text.Tags)
		}
		// The same paragraph is asked about, and the refused text is kept.
		late := story("One of Jonas", "Two", "Three")
		_, err = drafts.Save(t.Context(), db, jonas, id, first.Number, late, nil)
		overlap, ok := errors.AsType[*drafts.Overlap](err)
		if !ok || models.KindOf(err) != models.Conflict {
			t.Fatalf("the overlap is %v", err)
		}
		if overlap.By.Name != "Jonas" || overlap.Newest != merged.Number || len(overlap.Fields) != 0 {
			t.Errorf("the overlap is %+v", overlap)
		}
		kept, err := drafts.Version(t.Context(), db, open(t, db, id).Article, overlap.Kept)
		if err != nil || kept.Body != late.Body {
			t.Errorf("kept %q (%v)", kept.Body, err)
		}
		if open(t, db, id).Number != merged.Number {
			t.Error("a text that waits for an answer became the newest")
		}
		for choice, want := range map[drafts.Choice]string{
			drafts.Mine:   "<p>One of Jonas</p>\n<p>Two</p>\n<p>Three of Jonas</p>",
			drafts.Theirs: "<p>One of Edith</p>\n<p>Two</p>\n<p>Three of Jonas</p>",
			drafts.Both:   "<p>One of Edith</p>\n<p>One of Jonas</p>\n<p>Two</p>\n<p>Three of Jonas</p>",
		} {
			choices := &drafts.Choices{Newest: overlap.Newest, Parts: []drafts.Choice{choice}}
			stored, err := drafts.Save(t.Context(), db, jonas, id, first.Number, late, choices)
			if err != nil || stored.Text.Body != want {
				t.Fatalf("%s: %q (%v), want %q", choice, stored.Text.Body, err, want)
			}
			// Back to the state of the question.
			back := story("One of Edith", "Two", "Three of Jonas")
			back.Tags = merged.Text.Tags
			again, err := drafts.Save(t.Context(), db, edith, id, drafts.Newest, back, nil)
			if err != nil {
				t.Fatal(err)
			}
			overlap.Newest = again.Number
		}
		// Answers to an older question do not count.
		stale := &drafts.Choices{Newest: first.Number, Parts: []drafts.Choice{drafts.Mine}}
		if _, err := drafts.Save(t.Context(), db, jonas, id, first.Number, late, stale); models.KindOf(err) != models.Conflict {
			t.Errorf("stale answers: %v", err)
		}
	})
}

// A change of an article that leaves its text alone does not conflict with an open form.
func TestTheClockIsNoSecondEditor(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		id, first, err := drafts.Create(t.Context(), db, edith, story("One"))
		if err != nil {
			t.Fatal(err)
		}
		soon := drafts.Move{Number: first.Number, To: newsroom.Scheduled, At: db.Now().Add(time.Minute)}
		if _, err := drafts.Show(t.Context(), db, edith, id, soon); err != nil {
			t.Fatal(err)
		}
		seen := open(t, db, id).Number
		clock.Advance(2 * time.Minute)
		err = db.Write(t.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(t.Context(), tx, models.ActorSchedule, id, newsroom.Published, "", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := drafts.Save(t.Context(), db, edith, id, seen, story("One word"), nil)
		if err != nil || stored.Merged {
			t.Fatalf("%+v (%v)", stored, err)
		}
		if d := open(t, db, id); d.Article.Status != newsroom.Published || !d.Pending {
			t.Errorf("after: %s, pending %v", d.Article.Status, d.Pending)
		}
	})
}

// TestARestoredVersionIsAnEditLikeAnyOther: a colleague's open form does not put the
// text back without a question.
func TestARestoredVersionIsAnEditLikeAnyOther(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id, first, err := drafts.Create(t.Context(), db, edith, story("One", "Two"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := drafts.Save(t.Context(), db, edith, id, first.Number, story("One, longer", "Two"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drafts.Restore(t.Context(), db, jonas, id, second.Number, first.Number); err != nil {
			t.Fatal(err)
		}
		stored, err := drafts.Save(t.Context(), db, edith, id, second.Number, story("One, longer", "Two, too"), nil)
		if err != nil || stored.Text.Body != story("One", "Two, too").Body {
			t.Errorf("%q (%v)", stored.Text.Body, err)
		}
	})
}

func TestAnAutosaveMakesNoTagsAndNoAuthors(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		id, first, err := drafts.Create(t.Context(), db, edith, newsroom.Manuscript{Format: richtext.HTML})
		if err != nil {
			t.Fatal(err)
		}
		typing := story("Half a sen")
		typing.Tags, typing.Authors = []string{"Cli"}, []newsroom.AuthorRef{{Name: "Mar"}}
		auto, err := drafts.Autosave(t.Context(), db, edith, id, first.Number, typing)
		if err != nil {
			t.Fatal(err)
		}
		var terms int
		_, err = models.QueryRow(t.Context(), db, []any{&terms}, "SELECT (SELECT COUNT(*) FROM tags) + (SELECT COUNT(*) FROM authors)")
		if err != nil || terms != 0 {
			t.Errorf("%d terms (%v)", terms, err)
		}
		if d := open(t, db, id); d.Text.Title != typing.Title || d.Number != auto.Number || d.Text.Authors[0].Name != "Mar" {
			t.Errorf("the draft is %+v", d.Text)
		}
		if again, err := drafts.Autosave(t.Context(), db, edith, id, auto.Number, typing); err != nil || !again.Unchanged {
			t.Errorf("the same text again: %+v (%v)", again, err)
		}
		// The last autosave stays, the ones before it go after a day.
		typing.Title = "Harbour tunnel open again"
		last, err := drafts.Autosave(t.Context(), db, edith, id, auto.Number, typing)
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(drafts.KeptAutosaves + time.Minute)
		if err := drafts.Prune(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		list, err := newsroom.Versions(t.Context(), db, id, 10)
		if err != nil || len(list) != 2 || list[0].Number != last.Number || list[1].Number != first.Number {
			t.Errorf("after a day: %+v (%v)", list, err)
		}
		if stored, err := drafts.Save(t.Context(), db, jonas, id, auto.Number, typing, nil); err != nil || stored.Text.Title != typing.Title {
			t.Errorf("a save over a removed version: %+v (%v)", stored, err)
		}
	})
}

// TestASignWithoutAChangeStoresNothing: an open form sends the text now and then to say
// that it is open.
func TestASignWithoutAChangeStoresNothing(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		site, err := newsroom.LoadSite(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		made := newsroom.BulkArticle{
			Article: newsroom.Article{
				ID: 5, GUID: "five", Slug: "five", Title: "Five", Status: newsroom.Published, Version: 1,
				PublishedAt: models.At(db.Now()), CreatedAt: models.At(db.Now()), UpdatedAt: models.At(db.Now()),
			},
			Body: newsroom.ArticleBody{ArticleID: 5, Format: "html", Source: "<p>One</p>", HTML: "<p>One</p>"},
		}
		err = db.Write(t.Context(), func(tx *models.Tx) error {
			return newsroom.InsertArticles(t.Context(), tx, site, []newsroom.BulkArticle{made})
		})
		if err != nil {
			t.Fatal(err)
		}
		before := open(t, db, 5)
		if before.Number != 0 {
			t.Fatalf("the article begins with version %d", before.Number)
		}
		stored, err := drafts.Autosave(t.Context(), db, edith, 5, before.Number, before.Text)
		list, listErr := newsroom.Versions(t.Context(), db, 5, 10)
		if err != nil || listErr != nil || !stored.Unchanged || len(list) != 0 {
			t.Errorf("stored %+v, versions %v (%v, %v)", stored, list, err, listErr)
		}
	})
}

func TestTheAddressFollowsTheTitleUntilPublication(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		id, first, err := drafts.Create(t.Context(), db, edith, newsroom.Manuscript{Title: "Working title", Format: richtext.HTML})
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(48 * time.Hour)
		second, err := drafts.Save(t.Context(), db, edith, id, first.Number, story("One"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drafts.Show(t.Context(), db, edith, id, drafts.Move{Number: second.Number, To: newsroom.Published}); err != nil {
			t.Fatal(err)
		}
		a := open(t, db, id).Article
		if a.Slug != "harbour-tunnel-opens" || !a.PublishedAt.Equal(db.Now()) {
			t.Errorf("published as %s at %v", a.Slug, a.PublishedAt)
		}
		var old int
		if _, err := models.QueryRow(t.Context(), db, []any{&old}, "SELECT COUNT(*) FROM old_slugs"); err != nil || old != 0 {
			t.Errorf("%d addresses that no reader knew are kept (%v)", old, err)
		}
		// Back to a draft and out again: date, number and address stay.
		clock.Advance(1000 * time.Hour)
		for _, to := range []newsroom.Status{newsroom.Draft, newsroom.Published} {
			if _, err := drafts.Show(t.Context(), db, edith, id, drafts.Move{Number: second.Number, To: to}); err != nil {
				t.Fatal(err)
			}
		}
		if again := open(t, db, id).Article; !again.PublishedAt.Equal(a.PublishedAt.Time) || again.Slug != a.Slug || again.GUID != a.GUID {
			t.Errorf("after a second publication: %+v", again)
		}
	})
}

// TestManyEditorsLoseNothing: editors that save at the same time, each another
// paragraph, find all their words in the last text.
func TestManyEditorsLoseNothing(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		const editors = 6
		var list []string
		for i := range editors {
			list = append(list, fmt.Sprint("Paragraph ", i))
		}
		id, first, err := drafts.Create(t.Context(), db, edith, story(list...))
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		errs := make([]error, editors)
		for i := range editors {
			all.Go(func() {
				mine := slices.Clone(list)
				mine[i] = fmt.Sprint("Paragraph of editor ", i)
				_, errs[i] = drafts.Save(t.Context(), db, edith, id, first.Number, story(mine...), nil)
			})
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		body := shownBody(t, db, id)
		for i := range editors {
			if !strings.Contains(body, fmt.Sprint("Paragraph of editor ", i, "<")) {
				t.Errorf("editor %d's paragraph is lost in %s", i, body)
			}
		}
	})
}

func TestAnOldTextDoesNotMakeARemovedCategoryAgain(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		m := story("One")
		m.Categories = []taxonomy.CategoryRef{{Path: "gone"}}
		id, first, err := drafts.Create(t.Context(), db, edith, m)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := drafts.Save(t.Context(), db, edith, id, first.Number, m, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drafts.Show(t.Context(), db, edith, id, drafts.Move{Number: stored.Number, To: newsroom.Published}); err != nil {
			t.Fatal(err)
		}
		var n int
		_, err = models.QueryRow(t.Context(), db, []any{&n}, "SELECT COUNT(*) FROM categories WHERE path LIKE '%gone%'")
		if err != nil || n != 0 {
			t.Errorf("%d categories (%v)", n, err)
		}
	})
}

// TestAWithdrawnArticleIsPublishedAgain: its text is the one that was public before.
func TestAWithdrawnArticleIsPublishedAgain(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id, stored, err := drafts.Create(t.Context(), db, edith, story("One"))
		if err != nil {
			t.Fatal(err)
		}
		publish := func() {
			t.Helper()
			if _, err := drafts.Show(t.Context(), db, edith, id, drafts.Move{Number: stored.Number, To: newsroom.Published}); err != nil {
				t.Fatal(err)
			}
			if d := open(t, db, id); d.Article.Status != newsroom.Published || d.Pending {
				t.Errorf("the article is %s, pending %v", d.Article.Status, d.Pending)
			}
		}
		publish()
		err = db.Write(t.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(t.Context(), tx, edith, id, newsroom.Withdrawn, "Wrong.", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		publish()
		page, err := newsroom.List{Kind: newsroom.AllArticles}.Page(t.Context(), db, 1, 10)
		if err != nil || len(page.Teasers) != 1 {
			t.Errorf("%d articles are listed (%v)", len(page.Teasers), err)
		}
	})
}

func TestARehearsalShowsThePageAndStoresNothing(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		m := story("One")
		m.Tags = []string{"Never stored before"}
		id, _, err := drafts.Create(t.Context(), db, edith, newsroom.Manuscript{Title: "Working title", Format: richtext.HTML})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drafts.Autosave(t.Context(), db, edith, id, drafts.Newest, m); err != nil {
			t.Fatal(err)
		}
		before, changes := open(t, db, id), db.Seen()
		site, err := newsroom.LoadSite(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		page, err := drafts.Rehearse(t.Context(), db, site, id)
		if err != nil || page.Title != m.Title || page.Status != newsroom.Published || len(page.Tags) != 1 || !strings.Contains(page.HTML, "One") {
			t.Fatalf("the page is %+v (%v)", page, err)
		}
		after := open(t, db, id)
		var stored int
		_, err = models.QueryRow(t.Context(), db, []any{&stored}, "SELECT (SELECT COUNT(*) FROM tags) + (SELECT COUNT(*) FROM listings)")
		if err != nil || stored != 0 || after.Article.Status != newsroom.Draft || after.Number != before.Number || db.Seen() != changes {
			t.Errorf("a rehearsal left traces: %d rows, %s, version %d after %d (%v)", stored, after.Article.Status, after.Number, before.Number, err)
		}
	})
}
