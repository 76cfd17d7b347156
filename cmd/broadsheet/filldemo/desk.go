package filldemo

import (
	"fmt"
	"time"

	"broadsheet/cmd/broadsheet/demo"
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// desk fills the editors' desk: texts that readers do not see yet, in each state.
func (f *filler) desk() error {
	for _, a := range f.newsroom.Desk {
		account, err := people.ByEmail(f.ctx, f.db, a.By)
		if err != nil {
			return fmt.Errorf("%s: %w", a.Slug, err)
		}
		by := models.Actor{UserID: &account.ID, Name: account.Name}
		if a.Desk == "waiting" {
			err = f.waiting(a, by)
		} else {
			err = f.unpublished(a, by)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", a.Slug, err)
		}
	}
	return nil
}

// unpublished creates a draft, and moves it where it is to wait.
func (f *filler) unpublished(a demo.Article, by models.Actor) error {
	text := newsroom.Manuscript{
		Title: a.Title, Slug: a.Slug, Standfirst: a.Standfirst, Language: a.Language, Body: f.link(a.Body), Format: richtext.Markdown,
	}
	for _, slug := range a.Authors {
		text.Authors = append(text.Authors, newsroom.AuthorRef{Slug: slug})
	}
	for _, path := range a.Categories {
		text.Categories = append(text.Categories, taxonomy.CategoryRef{Path: path})
	}
	text.Tags = append(text.Tags, f.tagNames(a.Tags)...)
	if a.Picture != nil {
		var err error
		if text.PictureID, err = f.drawOne(a); err != nil {
			return err
		}
	}
	id, stored, err := drafts.Create(f.ctx, f.db, by, text)
	if err != nil || a.Desk == "draft" {
		return err
	}
	move := drafts.Move{Number: stored.Number, To: newsroom.InReview}
	if a.Desk == "scheduled" {
		move.To, move.At = newsroom.Scheduled, f.tomorrow()
	}
	if _, err = drafts.Show(f.ctx, f.db, by, id, move); err != nil {
		return err
	}
	return f.notes(a, id, notes.Words(text))
}

// notes stores the colleagues' remarks on the paragraphs of a text.
func (f *filler) notes(a demo.Article, id int64, paragraphs []string) error {
	for _, n := range a.Notes {
		account, err := people.ByEmail(f.ctx, f.db, n.By)
		if err != nil {
			return err
		}
		_, err = notes.Add(f.ctx, f.db, models.Actor{UserID: &account.ID, Name: account.Name}, notes.Note{
			ArticleID: id, Paragraph: paragraphs[n.Paragraph-1], Place: n.Paragraph - 1, Text: n.Text,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tomorrow returns six o'clock tomorrow morning in the paper's time zone.
func (f *filler) tomorrow() time.Time {
	zone, err := time.LoadLocation(f.newsroom.Site.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	day := f.start.In(zone).AddDate(0, 0, 1)
	return time.Date(day.Year(), day.Month(), day.Day(), 6, 0, 0, 0, zone)
}

// waiting writes a draft of a live article that readers see from tomorrow on.
func (f *filler) waiting(a demo.Article, by models.Actor) error {
	id := f.ids[a.Slug]
	d, err := drafts.Open(f.ctx, f.db, id)
	if err != nil {
		return err
	}
	text := d.Text
	text.Body += "\n\n" + a.Add
	stored, err := drafts.Save(f.ctx, f.db, by, id, d.Number, text, nil)
	if err != nil {
		return err
	}
	return timetable.Set(f.ctx, f.db, by, timetable.Plan{
		ArticleID: id, Act: timetable.Update, At: models.At(f.tomorrow()), Number: stored.Number, Base: d.Number,
	})
}

// tagNames returns the names of tags.
func (f *filler) tagNames(slugs []string) (names []string) {
	known := map[string]string{}
	for _, t := range f.newsroom.Tags {
		known[t.Slug] = t.Name
	}
	for _, slug := range slugs {
		if name := known[slug]; name != "" {
			slug = name
		}
		names = append(names, slug)
	}
	return names
}
