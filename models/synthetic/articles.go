package synthetic

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Articles says which made-up articles to add. The same values give the same
// articles.
type Articles struct {
	Count    int
	Seed     uint64
	Words    int     // mean length of an article, 350 for 0; lengths range from a tenth to five times that
	Pictures []int64 // media ids; two articles in three show one of them
	// Texts are real articles; the new ones are mixed of their paragraphs; none for
	// an invented language.
	Texts []Text
	// Progress is called with the number of articles written; may be nil.
	Progress func(done int)
}

// The shape of a made-up newsroom. As on real sites, a few categories and tags
// have most of the articles: the i-th is used i^-skew times as often as the first.
const (
	topCategories  = 10
	subcategories  = 9 // below each top category
	articlesPerDay = 100
	categorySkew   = 0.8
	tagSkew        = 0.9
	authorSkew     = 0.5
	linkingShare   = 0.3 // share of articles that link to an earlier one
	articleBatch   = 2000
)

// AddArticles adds made-up articles: the newest is published now, the others at
// a rate of a hundred a day before it. Categories, tags, authors, lists and
// counts are the same as if each article had been saved on its own, at about
// fifty times the speed.
func AddArticles(ctx context.Context, db *models.DB, a Articles) error {
	m, err := newArticleMaker(ctx, db, a)
	if err != nil {
		return err
	}
	for done := 0; done < a.Count; {
		n := min(articleBatch, a.Count-done)
		if err := db.WriteMany(ctx, func(tx *models.Tx) error { return m.write(ctx, tx, done, n) }); err != nil {
			return err
		}
		done += n
		if a.Progress != nil {
			a.Progress(done)
		}
	}
	return related.RecomputeWeights(ctx, db)
}

// articleMaker makes up articles.
type articleMaker struct {
	Articles
	site       *newsroom.Site
	words      *Vocabulary
	newest     time.Time
	firstID    int64
	categories []*taxonomy.Category
	tags       []*taxonomy.Tag
	authors    []*taxonomy.Author

	categoryShares, tagShares, authorShares cumulative

	byLanguage map[string][]int // numbers of Texts

	recent []linkTarget // articles of the same batch that a body may link to
}

type linkTarget struct {
	id   int64
	path string
}

// newArticleMaker writes the categories, tags and authors.
func newArticleMaker(ctx context.Context, db *models.DB, a Articles) (*articleMaker, error) {
	if a.Words == 0 {
		a.Words = 350
	}
	m := &articleMaker{Articles: a, words: NewVocabulary(a.Seed)}
	rng := rand.New(rand.NewPCG(a.Seed, 1))
	tags, authors := min(20000, 40+a.Count/25), min(400, 8+a.Count/500)
	err := db.WriteMany(ctx, func(tx *models.Tx) error {
		*m = articleMaker{Articles: a, words: m.words, newest: tx.Now, byLanguage: languages(a.Texts)}
		for range topCategories {
			if err := m.addCategories(ctx, tx, rng); err != nil {
				return err
			}
		}
		for range tags {
			t, err := taxonomy.EnsureTag(ctx, tx, m.words.Name(rng))
			if err != nil {
				return err
			}
			m.tags = appendNew(m.tags, t, func(t *taxonomy.Tag) int64 { return t.ID })
		}
		for range authors {
			author, err := taxonomy.EnsureAuthor(ctx, tx, "", m.words.Name(rng)+" "+m.words.Name(rng))
			if err != nil {
				return err
			}
			m.authors = append(m.authors, author)
		}
		var err error
		if m.site, err = newsroom.LoadSite(ctx, tx); err != nil {
			return err
		}
		_, err = models.QueryRow(ctx, tx, []any{&m.firstID}, "SELECT COALESCE(MAX(id), 0) + 1 FROM articles")
		return err
	})
	rng.Shuffle(len(m.categories), func(i, j int) { m.categories[i], m.categories[j] = m.categories[j], m.categories[i] })
	m.categoryShares = newCumulative(len(m.categories), categorySkew)
	m.tagShares = newCumulative(len(m.tags), tagSkew)
	m.authorShares = newCumulative(len(m.authors), authorSkew)
	return m, err
}

func (m *articleMaker) addCategories(ctx context.Context, tx *models.Tx, rng *rand.Rand) error {
	top := m.words.Name(rng)
	c, err := taxonomy.EnsureCategory(ctx, tx, taxonomy.Slug(top), top)
	if err != nil {
		return err
	}
	m.categories = append(m.categories, c)
	for range subcategories {
		name := m.words.Name(rng)
		if c, err = taxonomy.EnsureCategory(ctx, tx, taxonomy.Slug(top)+"/"+taxonomy.Slug(name), top, name); err != nil {
			return err
		}
		m.categories = append(m.categories, c)
	}
	return nil
}

// write adds n articles, beginning with the given number. It seeds its random
// numbers itself, so that a transaction that is run again writes the same rows.
func (m *articleMaker) write(ctx context.Context, tx *models.Tx, number, n int) error {
	rng := rand.New(rand.NewPCG(m.Seed, uint64(number)+2))
	m.recent = nil
	articles := make([]newsroom.BulkArticle, n)
	for i := range articles {
		articles[i] = m.article(rng, number+i)
	}
	return newsroom.InsertArticles(ctx, tx, m.site, articles)
}

// article makes up one article.
func (m *articleMaker) article(rng *rand.Rand, number int) newsroom.BulkArticle {
	id := m.firstID + int64(number)
	age := time.Duration(m.Count-1-number) * 24 * time.Hour / articlesPerDay
	at := m.newest.Add(-age - time.Duration(rng.Int64N(int64(10*time.Minute))))
	title := m.words.Title(rng)
	made := newsroom.BulkArticle{}
	m.addTerms(rng, &made)
	a := &made.Article
	*a = newsroom.Article{
		ID: id, GUID: fmt.Sprintf("urn:broadsheet:article:%d", id), Slug: fmt.Sprintf("%s-%d", taxonomy.Slug(title), id),
		Title: title, TitleKey: taxonomy.FoldTitle(title), Standfirst: m.words.Sentence(rng),
		Status: newsroom.Published, StatusAt: models.At(at), PublishedAt: models.At(at),
		LocalTime: at.In(m.site.TimeZone).Format(newsroom.LocalTimeLayout), CreatedAt: models.At(at), UpdatedAt: models.At(at),
		Version: 1, CommentStatus: newsroom.CommentsOpen,
	}
	made.SetTermColumns()
	if len(m.Pictures) > 0 && rng.IntN(3) > 0 {
		a.PictureID = &m.Pictures[rng.IntN(len(m.Pictures))]
	}
	var link *linkTarget
	if len(m.recent) > 0 && rng.Float64() < linkingShare {
		link = &m.recent[rng.IntN(len(m.recent))]
		made.Links = []int64{link.id}
	}
	if len(m.Texts) > 0 {
		made.Body, made.Links = m.fillFrom(rng, a), nil
		a.TitleKey = taxonomy.FoldTitle(a.Title)
	} else {
		made.Body = m.body(rng, a, link)
	}
	m.recent = append(m.recent, linkTarget{id, m.site.ArticlePath(a)})
	return made
}

// body writes the paragraphs and counts the article's words. The text holds only
// letters, full stops and at most one link, so the HTML that the sanitising
// policy would make of it is known.
func (m *articleMaker) body(rng *rand.Rand, a *newsroom.Article, link *linkTarget) newsroom.ArticleBody {
	want := int(float64(m.Words) * min(5, max(0.1, rng.NormFloat64()*0.45+1)))
	b := newsroom.ArticleBody{ArticleID: a.ID, Format: richtext.Markdown.String(), Policy: richtext.ArticlePolicyVersion}
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

// addTerms draws one to three categories, up to six tags and one or two authors.
func (m *articleMaker) addTerms(rng *rand.Rand, a *newsroom.BulkArticle) {
	for range 1 + rng.IntN(3) {
		a.Categories = appendNew(a.Categories, m.categories[m.categoryShares.draw(rng)], func(c *taxonomy.Category) int64 { return c.ID })
	}
	for range rng.IntN(7) {
		a.Tags = appendNew(a.Tags, m.tags[m.tagShares.draw(rng)], func(t *taxonomy.Tag) int64 { return t.ID })
	}
	for range 1 + rng.IntN(8)/7 {
		a.Authors = appendNew(a.Authors, m.authors[m.authorShares.draw(rng)], func(a *taxonomy.Author) int64 { return a.ID })
	}
}

// appendNew appends v unless the list has an element with its id.
func appendNew[T any](list []T, v T, id func(T) int64) []T {
	if slices.ContainsFunc(list, func(have T) bool { return id(have) == id(v) }) {
		return list
	}
	return append(list, v)
}
