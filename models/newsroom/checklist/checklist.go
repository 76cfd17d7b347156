package checklist

import (
	"context"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// The checks that no category can require. [taxonomy.Check] has the others.
const (
	Category taxonomy.Check = "category" // at least one category
	Headline taxonomy.Check = "headline" // neither missing nor longer than [MaxHeadline]
	Address  taxonomy.Check = "address"  // of the story: without a number, not longer than [MaxAddress]
	Licence  taxonomy.Check = "licence"  // no picture's licence has ended
	Links    taxonomy.Check = "links"    // no link is known to be dead
)

// The greatest lengths, in characters, that search engines do not cut off.
const (
	MaxHeadline = 110
	MaxAddress  = 90
)

// Item is a line of the list.
type Item struct {
	Check    taxonomy.Check
	Passed   bool
	Required bool
	By       []*taxonomy.Category // categories that require the check
	What     []string             // addresses of the links, or names of the pictures, that fail
	Waiting  bool                 // the answer to a link is not known yet
	N, Limit int                  // characters and their limit; of Links: N is the number of links
}

// List is the check list of a text.
type List []Item

// Input holds the text, pictures and links that the checks read.
type Input struct {
	Site    *newsroom.Site
	Article *newsroom.Article // as stored; nil for a new article
	Text    newsroom.Manuscript
	By      models.Actor // the account that would publish the text
	Now     time.Time
	// BaseURL is the address of the site. Links with its host are links to the site. With
	// nil, only links without a host are.
	BaseURL *url.URL
}

// checking is a run over one text.
type checking struct {
	Input
	ctx      context.Context
	r        models.Queryer
	body     richtext.Body
	pictures []picture
	required map[taxonomy.Check][]*taxonomy.Category
	list     List
}

// Of returns the check list of a text: first the checks that every story has, then the checks
// that only some categories require. It needs a bounded number of database statements and
// sends no request to another site.
func Of(ctx context.Context, r models.Queryer, in Input) (List, error) {
	c := &checking{Input: in, ctx: ctx, r: r}
	if err := c.load(); err != nil {
		return nil, err
	}
	n := utf8.RuneCountInString(c.Text.Title)
	c.add(Headline, !richtext.Blank(c.Text.Title) && n <= MaxHeadline, Item{N: n, Limit: MaxHeadline})
	c.add(taxonomy.CheckStandfirst, !richtext.Blank(c.Text.Standfirst), Item{})
	c.add(Category, len(c.Text.Categories) > 0, Item{})
	c.address()
	c.add(taxonomy.CheckPicture, c.Text.PictureID != nil, Item{})
	c.checkPictures()
	if err := c.links(); err != nil {
		return nil, err
	}
	c.addRequired(taxonomy.CheckTags, len(c.Text.Tags) > 0)
	c.addRequired(taxonomy.CheckByline, len(c.Text.Authors) > 0)
	c.addRequired(taxonomy.CheckSources, len(c.foreign()) > 0)
	if c.required[taxonomy.CheckSecond] != nil {
		seen, err := c.second()
		if err != nil {
			return nil, err
		}
		c.addRequired(taxonomy.CheckSecond, seen)
	}
	return c.list, nil
}

func (c *checking) load() (err error) {
	if c.body, err = richtext.Article(c.Text.Body, c.Text.Format); err != nil {
		return err
	}
	var categories []*taxonomy.Category
	for _, ref := range c.Text.Categories {
		if category := c.Site.Categories.Find(ref); category != nil {
			categories = append(categories, category)
		}
	}
	c.required = map[taxonomy.Check][]*taxonomy.Category{}
	for _, required := range c.Site.Categories.Required(categories) {
		c.required[required.Check] = required.By
	}
	return c.loadPictures()
}

// add adds a line for a check that every story has.
func (c *checking) add(check taxonomy.Check, passed bool, item Item) {
	item.Check, item.Passed, item.By = check, passed, c.required[check]
	item.Required = item.Required || item.By != nil
	c.list = append(c.list, item)
}

// addRequired adds a line for a check that only some categories have.
func (c *checking) addRequired(check taxonomy.Check, passed bool) {
	if c.required[check] != nil {
		c.add(check, passed, Item{})
	}
}

// address checks the last part of the story's address: its length, and that no number was
// added to it.
func (c *checking) address() {
	slug := taxonomy.Slug(c.Text.Slug)
	if slug == "" {
		slug = taxonomy.Slug(c.Text.Title)
	}
	if c.Article != nil && c.Text.Slug == "" && c.Article.Slug != "" {
		slug = c.Article.Slug
	}
	n := utf8.RuneCountInString(slug)
	c.add(Address, n <= MaxAddress && !taxonomy.IsNumbered(slug, taxonomy.Slug(c.Text.Title)), Item{N: n, Limit: MaxAddress})
}

// second reports whether an account other than the publisher's has saved a version or written
// a note.
func (c *checking) second() (seen bool, err error) {
	if c.Article == nil || c.By.UserID == nil {
		return false, nil
	}
	_, err = models.QueryRow(c.ctx, c.r, []any{&seen}, `SELECT
		EXISTS (SELECT 1 FROM article_versions WHERE article_id = ? AND actor_id <> ?)
		OR EXISTS (SELECT 1 FROM article_notes WHERE article_id = ? AND actor_id <> ?)`,
		c.Article.ID, *c.By.UserID, c.Article.ID, *c.By.UserID)
	return seen, err
}

// Missing returns the required checks that are not passed.
func (l List) Missing() (missing List) {
	for _, item := range l {
		if item.Required && !item.Passed {
			missing = append(missing, item)
		}
	}
	return missing
}

// Open returns the number of checks that are not passed.
func (l List) Open() (n int) {
	for _, item := range l {
		if !item.Passed {
			n++
		}
	}
	return n
}

// Fields maps each check to the field of a manuscript in which it can be mended.
var Fields = map[taxonomy.Check]string{
	Headline: "title", taxonomy.CheckStandfirst: "standfirst", Category: "categories", Address: "slug",
	taxonomy.CheckPicture: "picture", taxonomy.CheckAlt: "body", taxonomy.CheckCredit: "body", Licence: "body", Links: "body",
	taxonomy.CheckTags: "tags", taxonomy.CheckByline: "authors", taxonomy.CheckSources: "body", taxonomy.CheckSecond: "checks",
}

// Refusal returns the Invalid error that refuses a publication, with the code check-NAME at
// the field of each required check that is not passed. It returns nil if all are passed.
func (l List) Refusal() error {
	var fields []models.FieldError
	for _, item := range l.Missing() {
		field := Fields[item.Check]
		if item.Check == taxonomy.CheckAlt && slices.Contains(item.What, LeadPicture) {
			field = "picture"
		}
		fields = append(fields, models.FieldError{Field: field, Code: "check-" + string(item.Check)})
	}
	if len(fields) == 0 {
		return nil
	}
	return models.InvalidFields(fields...)
}

// Names returns the names of the checks, for the audit.
func (l List) Names() (names []string) {
	for _, item := range l {
		names = append(names, string(item.Check))
	}
	return names
}

// Without returns the items whose check the other list lacks, or that name more pictures or
// links than the item of the same check in the other list.
func (l List) Without(other List) (list List) {
	for _, item := range l {
		i := slices.IndexFunc(other, func(o Item) bool { return o.Check == item.Check })
		if i < 0 || len(item.What) > len(other[i].What) {
			list = append(list, item)
		}
	}
	return list
}
