package discussion_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
)

func (d *desk) importRow(row string) *newsroom.Article {
	d.Helper()
	im := articleimport.Importer{DB: d.DB, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
	if _, err := im.Run(d.Context(), strings.NewReader(row)); err != nil {
		d.Fatal(err)
	}
	var id int64
	if err := d.DB.Query(d.Context()).Raw("SELECT id FROM articles WHERE source_id = '7'").Scan(&id).Error; err != nil || id == 0 {
		d.Fatalf("the imported row has no article (%v)", err)
	}
	return d.Reload(id)
}

// An import updates the text of an article. It keeps the status, the note and the
// comments' states if an editor has set the status.
func TestImportKeepsTheStatusOfAnEditor(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		actor := models.Actor{Name: "Edith"}
		a := d.importRow(`{"id":"7","title":"Strait opens","body":"First.","body_format":"text"}`)
		if a.Status != newsroom.Published {
			d.Fatalf("a new row is %s", a.Status)
		}
		c := d.MustPost(d.Submission(a.ID))
		if err := discussion.SetArticleStatus(d.Context(), d.DB, actor, a.ID, newsroom.Withdrawn, "The figures were wrong."); err != nil {
			d.Fatal(err)
		}
		a = d.importRow(`{"id":"7","title":"Strait opens again","body":"Second.","body_format":"text"}`)
		if a.Status != newsroom.Withdrawn || a.StatusNote != "The figures were wrong." || a.Title != "Strait opens again" {
			d.Errorf("the withdrawn article is %s with the note %q and the title %q", a.Status, a.StatusNote, a.Title)
		}
		if a.Status == newsroom.Withdrawn {
			if err := discussion.SetArticleStatus(d.Context(), d.DB, actor, a.ID, newsroom.Trashed, ""); err != nil {
				d.Fatal(err)
			}
		}
		a = d.importRow(`{"id":"7","title":"Strait opens a third time","body":"Third.","body_format":"text"}`)
		if got := d.Comment(c.ID).State; a.Status != newsroom.Trashed || got != discussion.ArticleTrashed || a.Title != "Strait opens a third time" {
			d.Errorf("the trashed article is %s, its comment %s, its title %q", a.Status, got, a.Title)
		}
		if err := discussion.RestoreArticle(d.Context(), d.DB, actor, a.ID); err != nil {
			d.Fatal(err)
		}
		if got := d.Comment(c.ID).State; d.Reload(a.ID).Status != newsroom.Withdrawn || got != discussion.Approved {
			d.Errorf("after the restore the article is %s, its comment %s", d.Reload(a.ID).Status, got)
		}
	})
}

// An import sets the status if no editor has: a row with a later date schedules the
// article, one with an earlier date publishes it again.
func TestImportSetsAnUnchangedStatus(t *testing.T) {
	each(t, func(d *desk) {
		row := func(body string, at time.Time) *newsroom.Article {
			d.Helper()
			return d.importRow(`{"id":"7","title":"Strait opens","body":"` + body + `","body_format":"text","date":"` + at.UTC().Format(time.RFC3339) + `"}`)
		}
		now := d.Clock.Now()
		for _, c := range []struct {
			at   time.Time
			want newsroom.Status
		}{{now.Add(time.Hour), newsroom.Scheduled}, {now.Add(-time.Hour), newsroom.Published}, {now.Add(2 * time.Hour), newsroom.Scheduled}} {
			if a := row("Body "+c.at.String(), c.at); a.Status != c.want {
				d.Errorf("with the date %v it is %s", c.at, a.Status)
			}
		}
		d.Clock.Advance(3 * time.Hour)
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(d.Context(), tx, models.ActorSchedule, d.Reload(1).ID, newsroom.Published, "", nil)
		})
		if err != nil {
			d.Fatal(err)
		}
		if a := row("After the schedule.", now.Add(9*time.Hour)); a.Status != newsroom.Scheduled {
			d.Errorf("after the schedule has published it, it is %s", a.Status)
		}
		for _, to := range []newsroom.Status{newsroom.Draft, newsroom.Published} {
			if err := discussion.SetArticleStatus(d.Context(), d.DB, models.Actor{Name: "Edith"}, d.Reload(1).ID, to, ""); err != nil {
				d.Fatal(err)
			}
			before := d.Reload(1)
			if a := row("After "+string(to), now.Add(20*time.Hour)); a.Status != to || a.PublishedAt != before.PublishedAt {
				d.Errorf("Edith made it %s of %v, the import %s of %v", to, before.PublishedAt, a.Status, a.PublishedAt)
			}
		}
	})
}

// An article that an editor has scheduled is published at that time, also after an
// import with another date.
func TestImportKeepsTheTimeOfASchedule(t *testing.T) {
	each(t, func(d *desk) {
		now := d.Clock.Now()
		row := func(body string, at time.Time) *newsroom.Article {
			d.Helper()
			return d.importRow(`{"id":"7","title":"Strait opens","body":"` + body + `","body_format":"text","date":"` + at.UTC().Format(time.RFC3339) + `"}`)
		}
		a := row("First.", now.Add(-time.Hour))
		at := models.At(now.Add(2 * time.Hour))
		later := newsroom.Manuscript{ID: a.ID, Title: "Strait opens", PublishedAt: at.Time}
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.Actor{Name: "Edith"}, newsroom.AnyVersion, later); err != nil {
			d.Fatal(err)
		}
		for _, date := range []time.Time{now.Add(-time.Hour), now.Add(time.Hour)} {
			if a := row("Dated "+date.String(), date); a.Status != newsroom.Scheduled || !a.PublishedAt.Equal(at.Time) {
				d.Errorf("after a row of %v it is %s for %v, want %v", date, a.Status, a.PublishedAt, at)
			}
		}
	})
}

// Publishing the file of an article also takes it out of the trash, with its
// comments.
func TestPublishingAFileRestoresItsArticle(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		publish := func(body string) *newsroom.Article {
			d.Helper()
			m := newsroom.Manuscript{Title: "Strait opens", Body: body}
			a, _, err := articleimport.SaveFile(d.Context(), d.DB, models.ActorCommand, m, articleimport.File{Path: "/a.md"}, discussion.MoveCommentsWithArticle)
			if err != nil {
				d.Fatal(err)
			}
			return a
		}
		a := publish("First.")
		c := d.MustPost(d.Submission(a.ID))
		if err := discussion.SetArticleStatus(d.Context(), d.DB, models.Actor{Name: "Edith"}, a.ID, newsroom.Trashed, ""); err != nil {
			d.Fatal(err)
		}
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: a.ID, Title: "Strait opens", Status: newsroom.Published}); models.KindOf(err) != models.Conflict {
			d.Errorf("a save that takes it out of the trash without its comments: %v", err)
		}
		a = publish("Second.")
		if got := d.Comment(c.ID).State; a.Status != newsroom.Published || d.Reload(a.ID).Status != newsroom.Published || got != discussion.Approved {
			d.Errorf("it is %s, its comment %s", a.Status, got)
		}
		d.CheckCounts()
	})
}
