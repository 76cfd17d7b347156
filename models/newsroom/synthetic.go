package newsroom

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/richtext"
)

// Synthetic says what made-up newsroom to add for load tests. The same
// values give the same stories.
type Synthetic struct {
	Articles int
	Seed     uint64
	Words    int     // an article's mean length, 350 for 0; a tenth to five times that many come out
	Pictures []int64 // two stories in three show one of them
	// Progress is told how many articles are in; may be nil.
	Progress func(done int)
}

// The spread of a made-up newsroom. A few sections and tags have most of the
// stories, as real ones do: the i-th is named i^-skew as often as the first.
const (
	syntheticTops   = 10
	syntheticBelow  = 9 // sections under each
	syntheticPerDay = 100
	sectionSkew     = 0.8
	tagSkew         = 0.9
	linkedStories   = 0.3 // share of stories whose text links to an earlier one
	syntheticBatch  = 2000
)

// Synthesize adds made-up articles, the newest published just now and the
// others a hundred a day before it, with sections, tags, authors, lists and
// counts just as if each had been saved by itself, but some fifty times as
// fast.
func Synthesize(ctx context.Context, db *models.DB, s Synthetic) error {
	m, err := newMaker(ctx, db, s)
	if err != nil {
		return err
	}
	for done := 0; done < s.Articles; {
		n := min(syntheticBatch, s.Articles-done)
		if err := db.WriteMany(ctx, func(tx *models.Tx) error { return m.write(ctx, tx, done, n) }); err != nil {
			return err
		}
		done += n
		if s.Progress != nil {
			s.Progress(done)
		}
	}
	return RecomputeWeights(ctx, db)
}

// maker makes up articles.
type maker struct {
	Synthetic
	site       *Site
	words      *Vocabulary
	newest     time.Time
	firstID    int64
	categories []*Category
	tags       []*Tag
	authors    []*Author
	pick       struct{ category, tag, author cumulated }
	recent     []pastStory // of the same batch: what a text may link to
}

type pastStory struct {
	id   int64
	path string
}

// newMaker enters the sections, tags and authors.
func newMaker(ctx context.Context, db *models.DB, s Synthetic) (*maker, error) {
	if s.Words == 0 {
		s.Words = 350
	}
	m := &maker{Synthetic: s, words: NewVocabulary(s.Seed)}
	rng := rand.New(rand.NewPCG(s.Seed, 1))
	tags, authors := min(20000, 40+s.Articles/25), min(400, 8+s.Articles/500)
	err := db.WriteMany(ctx, func(tx *models.Tx) error {
		*m = maker{Synthetic: s, words: m.words, newest: tx.Now}
		for range syntheticTops {
			if err := m.addSections(ctx, tx, rng); err != nil {
				return err
			}
		}
		for range tags {
			t, err := EnsureTag(ctx, tx, m.words.Name(rng))
			if err != nil {
				return err
			}
			m.tags = appendNew(m.tags, t, func(t *Tag) int64 { return t.ID })
		}
		for range authors {
			a, err := EnsureAuthor(ctx, tx, "", m.words.Name(rng)+" "+m.words.Name(rng))
			if err != nil {
				return err
			}
			m.authors = append(m.authors, a)
		}
		var err error
		if m.site, err = LoadSite(ctx, tx); err != nil {
			return err
		}
		return tx.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) + 1 FROM articles").Scan(&m.firstID).Error
	})
	rng.Shuffle(len(m.categories), func(i, j int) { m.categories[i], m.categories[j] = m.categories[j], m.categories[i] })
	m.pick.category = cumulate(len(m.categories), sectionSkew)
	m.pick.tag = cumulate(len(m.tags), tagSkew)
	m.pick.author = cumulate(len(m.authors), 0.5)
	return m, err
}

func (m *maker) addSections(ctx context.Context, tx *models.Tx, rng *rand.Rand) error {
	top := m.words.Name(rng)
	c, err := EnsureCategory(ctx, tx, Slug(top), top)
	if err != nil {
		return err
	}
	m.categories = append(m.categories, c)
	for range syntheticBelow {
		name := m.words.Name(rng)
		if c, err = EnsureCategory(ctx, tx, Slug(top)+"/"+Slug(name), top, name); err != nil {
			return err
		}
		m.categories = append(m.categories, c)
	}
	return nil
}

// write adds n articles from the number-th on. Its random numbers begin
// anew, so that a transaction that is run again does the same.
func (m *maker) write(ctx context.Context, tx *models.Tx, number, n int) error {
	rng := rand.New(rand.NewPCG(m.Seed, uint64(number)+2))
	m.recent = nil
	bulk := newBulk(m.site.Categories)
	for i := range n {
		a, body, pl, link := m.article(rng, number+i)
		bulk.add(a, body, pl)
		if link != nil {
			bulk.links = append(bulk.links, articleLink{a.ID, link.id, false})
		}
	}
	tx.Touch(models.EverythingTag, categoriesTag)
	if err := bulk.write(ctx, tx); err != nil {
		return err
	}
	return models.AfterImport(tx, "articles")
}

// article makes up one article and, for some, which earlier one its text
// links to.
func (m *maker) article(rng *rand.Rand, number int) (*Article, ArticleBody, *articleTerms, *pastStory) {
	id := m.firstID + int64(number)
	age := time.Duration(m.Articles-1-number) * 24 * time.Hour / syntheticPerDay
	at := m.newest.Add(-age - time.Duration(rng.Int64N(int64(10*time.Minute))))
	title := m.words.Title(rng)
	pl := m.placement(rng)
	a := &Article{
		ID: id, GUID: fmt.Sprintf("urn:broadsheet:article:%d", id), Slug: fmt.Sprintf("%s-%d", Slug(title), id),
		Title: title, TitleKey: FoldTitle(title), Standfirst: m.words.Sentence(rng),
		Status: Published, StatusAt: models.At(at), PublishedAt: models.At(at),
		LocalTime: at.In(m.site.TimeZone).Format(LocalTimeLayout), CreatedAt: models.At(at), UpdatedAt: models.At(at), Version: 1,
		MainCategoryID: pl.mainCategory(), CommentStatus: CommentsOpen,
	}
	a.Byline, a.BylineSlug = pl.byline()
	if len(m.Pictures) > 0 && rng.IntN(3) > 0 {
		a.PictureID = &m.Pictures[rng.IntN(len(m.Pictures))]
	}
	var link *pastStory
	if len(m.recent) > 0 && rng.Float64() < linkedStories {
		link = new(m.recent[rng.IntN(len(m.recent))])
	}
	body := m.body(rng, a, link)
	m.recent = append(m.recent, pastStory{id, m.site.ArticlePath(a)})
	return a, body, pl, link
}

// body writes the paragraphs. They hold nothing but letters, full stops and
// perhaps one link, so what the sanitising policy would make of them is known.
func (m *maker) body(rng *rand.Rand, a *Article, link *pastStory) ArticleBody {
	want := int(float64(m.Words) * min(5, max(0.1, rng.NormFloat64()*0.45+1)))
	b := ArticleBody{ArticleID: a.ID, Format: richtext.Markdown.String(), Policy: richtext.ArticlePolicyVersion}
	for a.Words < want {
		text, words := m.words.Paragraph(rng, min(want-a.Words, 40+rng.IntN(50)))
		source := text
		if link != nil {
			first, rest, _ := strings.Cut(text, ".")
			source, text = "["+first+"]("+link.path+")."+rest, `<a href="`+link.path+`">`+first+"</a>."+rest
			link = nil
		}
		if a.Words > 0 {
			b.Source += "\n\n"
			b.HTML += "\n"
		}
		b.Source += source
		b.HTML += "<p>" + text + "</p>"
		a.Words += words
	}
	return b
}

// articleTerms draws one to three sections, up to six tags and an author or two.
func (m *maker) placement(rng *rand.Rand) *articleTerms {
	pl := &articleTerms{}
	for range 1 + rng.IntN(3) {
		pl.categories = appendNew(pl.categories, m.categories[m.pick.category.draw(rng)], func(c *Category) int64 { return c.ID })
	}
	for range rng.IntN(7) {
		pl.tags = appendNew(pl.tags, m.tags[m.pick.tag.draw(rng)], func(t *Tag) int64 { return t.ID })
	}
	for range 1 + rng.IntN(8)/7 {
		pl.authors = appendNew(pl.authors, bylineAuthor{m.authors[m.pick.author.draw(rng)], ""}, func(a bylineAuthor) int64 { return a.ID })
	}
	return pl
}
