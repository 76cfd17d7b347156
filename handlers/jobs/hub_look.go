package jobs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/handlers/feeds"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/feedstate"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/whole"
	"broadsheet/models/queue"
	"broadsheet/models/settings"
)

// touched are the things that some changes touched, as far as feeds show them.
type touched struct {
	articles  []int64       // their teasers or texts
	comments  []int64       // articles whose public comments, or their number, may differ
	lists     []feeds.Topic // lists with other members
	discussed bool          // the public comments of the site
	all       bool          // something that any feed may show
}

func (t touched) empty() bool {
	return len(t.articles)+len(t.comments)+len(t.lists) == 0 && !t.discussed
}

// rowOf returns the number of a tag of one row, and whether it is such a tag. of makes
// the tag of a row.
func rowOf(tag models.CacheTag, of func(int64) models.CacheTag) (int64, bool) {
	digits, ok := strings.CutPrefix(string(tag), strings.TrimSuffix(string(of(0)), "0"))
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	return id, err == nil
}

// listOf makes the tags of the lists of a kind.
func listOf(kind newsroom.ListKind) func(int64) models.CacheTag {
	return func(id int64) models.CacheTag { return newsroom.List{Kind: kind, Ref: id}.Tag() }
}

// listKinds are the feeds of the kinds of lists.
var listKinds = map[feeds.Kind]newsroom.ListKind{
	feeds.OfCategory: newsroom.CategoryArticles, feeds.OfTag: newsroom.TagArticles, feeds.OfAuthor: newsroom.AuthorArticles,
}

// touchedBy reads the tags of changes.
func touchedBy(changes []models.Change) (t touched) {
	for _, c := range changes {
		for _, tag := range c.CacheTags() {
			t.add(tag)
		}
	}
	return t
}

func (t *touched) add(tag models.CacheTag) {
	switch tag {
	case models.SettingsTag, models.EverythingTag, taxonomy.NavigationTag:
		t.all = true
	case newsroom.ArticlesTag:
		t.addList(feeds.Topic{Kind: feeds.Stories})
	case discussion.PublicTag:
		t.discussed = true
	}
	for kind, list := range listKinds {
		if id, ok := rowOf(tag, listOf(list)); ok {
			t.addList(feeds.Topic{Kind: kind, Ref: id})
		}
	}
	for _, shown := range []func(int64) models.CacheTag{pictures.Tag, taxonomy.BylineTag} {
		if _, ok := rowOf(tag, shown); ok {
			t.all = true
		}
	}
	if id, ok := rowOf(tag, newsroom.TeaserTag); ok && !slices.Contains(t.articles, id) {
		t.articles = append(t.articles, id)
	}
	if id, ok := rowOf(tag, newsroom.ArticleTag); ok && !slices.Contains(t.comments, id) {
		t.comments = append(t.comments, id)
	}
}

func (t *touched) addList(topic feeds.Topic) {
	if !slices.Contains(t.lists, topic) {
		t.lists = append(t.lists, topic)
	}
}

// look is one comparison of feeds.
type look struct {
	*Hub
	touched
	site   *newsroom.Site
	rows   map[int64]*newsroom.Article // the touched articles, public or not
	topics []feeds.Topic               // the feeds to compare
}

// load finds the feeds that the touched articles are in.
func (l *look) load(ctx context.Context) (err error) {
	if len(l.articles) > hubArticles {
		l.articles = l.articles[:hubArticles] // all known feeds are compared besides
	}
	if l.rows, err = newsroom.ByIDs(ctx, l.DB, l.articles); err != nil {
		return err
	}
	l.topics = slices.Clone(l.lists)
	pages, err := whole.Load(ctx, l.DB, l.site, l.articles)
	if err != nil {
		return err
	}
	for _, p := range pages {
		l.want(feeds.Topic{Kind: feeds.Stories})
		for _, c := range p.Categories {
			l.want(feeds.Topic{Kind: feeds.OfCategory, Ref: c.ID})
			for _, up := range l.site.Categories.Ancestors(c) {
				l.want(feeds.Topic{Kind: feeds.OfCategory, Ref: up.ID})
			}
		}
		for _, tag := range p.Tags {
			l.want(feeds.Topic{Kind: feeds.OfTag, Ref: tag.ID})
		}
		for _, b := range p.Bylines {
			l.want(feeds.Topic{Kind: feeds.OfAuthor, Ref: b.AuthorID})
		}
	}
	if l.discussed || len(l.comments) > 0 {
		l.want(feeds.Topic{Kind: feeds.Comments})
	}
	for _, id := range l.comments[:min(len(l.comments), hubArticles)] {
		l.want(feeds.Topic{Kind: feeds.OfArticle, Ref: id})
	}
	return nil
}

func (l *look) want(t feeds.Topic) {
	if !slices.Contains(l.topics, t) {
		l.topics = append(l.topics, t)
	}
}

// observe compares a feed with its stored state and stores the new one. A feed without
// a state was read by no one yet. The hub is told of it all the same if a touched
// article is in it, or was; the feed of an article's comments is left out.
func (l *look) observe(ctx context.Context, t feeds.Topic) error {
	known, err := feedstate.Load(ctx, l.DB, t.Name())
	if err != nil || known == nil && t.Kind == feeds.OfArticle {
		return err
	}
	feed, err := l.Maker.Make(ctx, l.site, t)
	switch models.KindOf(err) {
	case models.NotFound, models.Gone:
		return nil
	}
	if err != nil {
		return err
	}
	_, err = feedstate.Record(ctx, l.DB, t.Name(), feed.Content(), known == nil && !l.concerns(feed))
	return err
}

// concerns reports whether a touched article is in a feed or can have been in it.
func (l *look) concerns(f *feeds.Feed) bool {
	if f.Topic.Kind == feeds.Comments {
		return l.discussed
	}
	moved := slices.Contains(l.lists, f.Topic)
	full := len(f.Items) >= l.site.FeedStories
	for _, a := range l.rows {
		if f.Has(a.GUID) {
			return true
		}
		if moved && (!full || !a.PublishedAt.Before(f.Items[len(f.Items)-1].Published)) && !a.PublishedAt.IsZero() {
			return true
		}
	}
	return false
}

// HubState says for the operator whether the hub takes its calls. advice is "" where
// nothing is wrong.
func HubState(ctx context.Context, db *models.DB) (says, advice string, err error) {
	settings, err := settings.Load(ctx, db)
	if err != nil || settings.FeedHub == "" {
		return "none is set", "", err
	}
	stuck, err := queue.StuckCalls(ctx, db, JobPing)
	n := stuck.Retried + stuck.Dead
	if n == 0 {
		return settings.FeedHub + " was told of every change", "", err
	}
	since := stuck.Oldest.Format(time.RFC3339)
	return fmt.Sprintf("%s was not told of %d changes, since %s: %s", settings.FeedHub, n, since, stuck.Error),
		"correct the address with 'broadsheet setting set feed.hub URL', or leave it empty; calls are repeated until then", err
}
