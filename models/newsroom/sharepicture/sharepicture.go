package sharepicture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/sharecard"
)

// Folder begins the addresses of all pictures. It is below that of the other pictures,
// so that no article's address can begin with it.
const Folder = "/media/share/"

// Picture is the picture of one article.
type Picture struct {
	Article int64
	card    sharecard.Card
	lead    string // key of the lead picture, "" for none
	hash    string
}

// Of returns the picture of an article that a list shows. rightToLeft is the direction
// of the headline. It needs no statement.
func Of(site *newsroom.Site, t *newsroom.Teaser, rightToLeft bool) *Picture {
	p := &Picture{Article: t.ID, lead: t.PictureFile, card: sharecard.Card{
		Headline: t.Title, Name: site.Name, Language: t.Language, RightToLeft: rightToLeft, Accent: site.Accent,
		FocusX: t.PictureFocusX, FocusY: t.PictureFocusY,
	}}
	if p.card.Language == "" {
		p.card.Language = site.Language
	}
	if p.lead == "" {
		p.card.FocusX, p.card.FocusY = 0, 0
	}
	if t.MainCategoryID != nil {
		if c := site.Categories.ByID(*t.MainCategoryID); c != nil && c.Path != taxonomy.UncategorizedSlug {
			p.card.Section = c.Name
		}
	}
	data, _ := json.Marshal([]any{sharecard.Version, p.card, p.lead}) // these types cannot fail
	sum := sha256.Sum256(data)
	p.hash = hex.EncodeToString(sum[:8])
	return p
}

// OfPage is [Of] for the page of an article.
func OfPage(site *newsroom.Site, page *newsroom.Page, rightToLeft bool) *Picture {
	t := newsroom.Teaser{ID: page.ID, Title: page.Title, Language: page.Language, MainCategoryID: page.MainCategoryID}
	if m := page.Picture; m != nil {
		t.PictureFile, t.PictureFocusX, t.PictureFocusY = m.File, m.FocusX, m.FocusY
	}
	return Of(site, &t, rightToLeft)
}

// Teaser returns the teaser of a public article, or a NotFound error: a withdrawn
// article answers as one that never existed.
func Teaser(ctx context.Context, r models.Queryer, id int64) (*newsroom.Teaser, error) {
	list, err := newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+`
		FROM articles a LEFT JOIN media m ON m.id = a.picture_id WHERE a.id = ? AND a.status = 'published'`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.Errorf(models.NotFound, "there is no such article")
	}
	return &list[0], nil
}

// Path returns the picture's address.
func (p *Picture) Path() string { return Folder + p.File() }

// File returns the last part of the address.
func (p *Picture) File() string { return fmt.Sprintf("%d-%s.jpg", p.Article, p.hash) }

// filePattern has the one spelling of a file.
var filePattern = regexp.MustCompile(`^([1-9][0-9]{0,17})-[0-9a-f]{16}\.jpg$`)

// ParseFile returns the article in the last part of an address, and false for a text
// that is no address of a picture.
func ParseFile(file string) (article int64, ok bool) {
	parts := filePattern.FindStringSubmatch(file)
	if parts == nil {
		return 0, false
	}
	article, err := strconv.ParseInt(parts[1], 10, 64)
	return article, err == nil
}

// Changed returns the articles whose headline, section, picture or status a change may
// have changed. A comment is no such change.
func Changed(c models.Change) (articles []int64) {
	prefix := strings.TrimSuffix(string(newsroom.TeaserTag(0)), "0")
	for tag := range strings.FieldsSeq(c.Tags) {
		if number, ok := strings.CutPrefix(tag, prefix); ok {
			if id, err := strconv.ParseInt(number, 10, 64); err == nil {
				articles = append(articles, id)
			}
		}
	}
	return articles
}
