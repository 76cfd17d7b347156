package feeds

import (
	"context"
	"fmt"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/correctionlist"
	"broadsheet/views"
	"broadsheet/views/direction"
)

// corrections loads the feed of all corrections.
func (w *making) corrections(ctx context.Context) error {
	f := w.feed
	w.on("/corrections/")
	f.Title = w.text("feed.list", "name", w.text("corrections"), "site", f.Publisher)
	f.Subtitle = w.text("corrections.about")
	page, err := correctionlist.Load(ctx, w.DB, 1, w.site.FeedStories)
	if err != nil {
		return err
	}
	f.Tags = append(f.Tags, page.DependsOn()...)
	seen := map[string]int{}
	for i := range page.Entries {
		w.addCorrection(&page.Entries[i], seen)
	}
	return nil
}

// addCorrection adds a correction. Its GUID is made from the time of its publication, so
// that it stays when the text is edited. seen counts those of one instant, which an import
// can bring.
func (w *making) addCorrection(e *correctionlist.Entry, seen map[string]int) {
	guid := fmt.Sprintf("%s#correction-%d", clean(e.GUID), e.At.UnixMicro())
	if seen[guid]++; seen[guid] > 1 {
		guid += fmt.Sprint("-", seen[guid])
	}
	item := Item{
		GUID: guid, URL: w.feed.Base + w.site.TeaserPath(&e.Article) + "#corrections", Language: e.Article.Language,
		Title:   w.text("feed.correction", "kind", w.text("corrections."+kindName(e.Kind)), "story", line(e.Article.Title)),
		Summary: line(e.Text),
	}
	if item.Language == "" {
		item.Language = w.site.Language
	}
	if item.Dir = direction.OfText(e.Text); item.Dir == "" {
		item.Dir = views.DirOf(item.Language)
	}
	item.Published = e.At.In(w.site.TimeZone).Truncate(second)
	item.Updated = item.Published
	w.add(item)
}

// kindName returns a kind that has a message. An import may bring others.
func kindName(kind string) string {
	for _, known := range newsroom.CorrectionKinds {
		if kind == known {
			return kind
		}
	}
	return newsroom.Correct
}
