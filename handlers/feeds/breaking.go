package feeds

import (
	"context"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/frontplan"
)

// BreakingPath is the path below which the feed of the breaking lines is.
const BreakingPath = "/breaking/"

// breakingLines loads the feed of the lines that were above the pages lately. Each line is
// an item, the same one when its words are corrected. id is that of the site's feeds.
func (w *making) breakingLines(ctx context.Context, id string) error {
	f := w.feed
	f.Page, f.below = "/", BreakingPath
	f.Title = w.text("feed.breaking", "site", f.Publisher)
	f.Tags = append(f.Tags, frontplan.BreakingTag)
	plan, err := frontplan.Current(ctx, w.DB)
	if err != nil {
		return err
	}
	for _, turn := range plan.LineTurns() {
		f.Deadlines = append(f.Deadlines, turn.Time)
	}
	now := w.DB.Now()
	list, err := frontplan.ShownLines(ctx, w.DB, now, w.site.FeedStories)
	if err != nil {
		return err
	}
	for i := range list {
		l := &list[i]
		item := Item{
			GUID: "urn:broadsheet:breaking:" + id + ":" + strconv.FormatInt(l.From.UnixMicro(), 10), URL: w.lineURL(l.Link),
			Title: line(l.Text), Published: l.From.Time, Updated: l.Changed.Time,
		}
		if at := models.At(l.Changed.Truncate(time.Second)); at.After(f.newest) {
			f.newest = at.Time
		}
		f.Items = append(f.Items, item)
		f.Deadlines = append(f.Deadlines, l.From.Add(frontplan.KeptLines))
	}
	return nil
}

// lineURL returns the address that a line links to, that of the front page for none.
func (w *making) lineURL(link string) string {
	if link == "" {
		link = "/"
	}
	if strings.HasPrefix(link, "/") {
		return w.feed.Base + link
	}
	return link
}
