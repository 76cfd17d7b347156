package stories_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// Any filter finds what a look at each article finds, in the same order. Pages of any
// length walk through it without a gap or a double.
func TestListAgreesWithALookAtEachArticle(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		p := newPaper(d)
		for range 150 {
			p.save()
		}
		p.askAll(400)
		// The list follows changes of status and policy.
		for range 40 {
			p.change()
		}
		p.askAll(200)
		for _, status := range stories.Statuses {
			if p.asked[status] == 0 {
				d.Errorf("no question about %q has found an article", status)
			}
		}
	})
}

// paper is a site with random articles.
type paper struct {
	*discussiontest.Desk
	*rand.Rand
	facts   []*fact
	reaches []*reach
	asked   map[stories.Status]int // questions that found an article
}

var (
	paperSections = []string{"world", "world/asia", "world/asia/gulf", "world/europe", "sport", "sports", "worldly"}
	paperWriters  = []string{"ana", "ben", "cleo", "dina"}
	// paperWords are words of titles, and how a person may type them.
	paperWords = [][2]string{
		{"Harbour", "harbour"},
		{"Café", "cafe"},
		{"café", "CAFÉ"},
		{"Straße", "strasse"},
		{"council", "COUNCIL"},
		{"100%", "100"},
		{"snake_case", "snake"},
		{"Øresund", "oresund"},
		{"مضيق", "مضيق"},
		{"opens", "open"},
		{"O’Brien", "brien"},
		{"2026", "٢٠٢٦"},
	}
)

func newPaper(d *discussiontest.Desk) *paper {
	p := &paper{Desk: d, Rand: rand.New(rand.NewPCG(13, 64)), asked: map[stories.Status]int{}}
	d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
		for _, path := range paperSections {
			if _, err := taxonomy.EnsureCategory(d.Context(), tx, path); err != nil {
				return err
			}
		}
		return nil
	}))
	categories := d.Site().Categories
	for i, sections := range [][]string{{"world"}, {"world/asia", "sport"}, {"worldly"}} {
		u := d.Account(fmt.Sprint("Mona ", i), fmt.Sprintf("mona%d@courier.example", i), people.Moderator)
		var ids []int64
		for _, path := range sections {
			ids = append(ids, categories.ByPath(path).ID)
		}
		d.Check(people.SetCategoryLimit(d.Context(), d.DB, models.ActorShell, u.ID, ids, ""))
		p.reaches = append(p.reaches, &reach{scope: p.scopeOf(u.ID), sections: sections})
	}
	for i, writers := range [][]string{{"ana"}, {"ben", "cleo"}, nil} {
		u := d.Account(fmt.Sprint("Author ", i), fmt.Sprintf("author%d@courier.example", i), people.AuthorRole)
		d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
			for _, slug := range writers {
				author, err := taxonomy.EnsureAuthor(d.Context(), tx, slug, slug)
				if err == nil {
					err = taxonomy.TieAuthor(d.Context(), tx, models.ActorShell, author.ID, models.Subject{Kind: models.AccountSubject, ID: u.ID})
				}
				if err != nil {
					return err
				}
			}
			return nil
		}))
		p.reaches = append(p.reaches, &reach{scope: p.scopeOf(u.ID), writers: writers})
	}
	return p
}

func (p *paper) scopeOf(user int64) moderation.Scope {
	p.Helper()
	u, err := people.ByID(p.Context(), p.DB, user)
	p.Check(err)
	scope, err := moderation.ScopeOf(p.Context(), p.DB, p.Site().Categories, u)
	p.Check(err)
	return scope
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// some returns at most n of a list, none twice.
func some(r *rand.Rand, list []string, n int) (chosen []string) {
	for _, i := range r.Perm(len(list))[:r.IntN(n+1)] {
		chosen = append(chosen, list[i])
	}
	return chosen
}

// save saves a random article with a random policy. Few times of publication make many
// ties.
func (p *paper) save() {
	p.Helper()
	f := &fact{
		status:   pick(p.Rand, []newsroom.Status{"published", "published", "published", "published", "draft", "pending", "scheduled", "withdrawn", "trashed"}),
		sections: some(p.Rand, paperSections, 3), writers: some(p.Rand, paperWriters, 2),
		at: p.Clock.Now().Add(-time.Duration(p.IntN(30)) * 24 * time.Hour),
	}
	if f.status == newsroom.Scheduled {
		f.at = p.Clock.Now().Add(time.Hour)
	}
	m := newsroom.Manuscript{Title: fmt.Sprint("Number ", len(p.facts)), Body: "Text.", Status: f.status, PublishedAt: f.at}
	plain := []string{"number", fmt.Sprint(len(p.facts))}
	for range 1 + p.IntN(4) {
		word := pick(p.Rand, paperWords)
		m.Title += " " + word[0]
		plain = append(plain, map[string]string{
			"Café": "cafe", "café": "cafe", "Straße": "strasse", "100%": "100", "snake_case": "snake case", "Øresund": "oresund", "O’Brien": "o brien",
		}[word[0]])
		if plain[len(plain)-1] == "" {
			plain[len(plain)-1] = strings.ToLower(word[0])
		}
	}
	f.plain = strings.Join(plain, " ")
	if len(f.sections) == 0 {
		f.sections = []string{"uncategorized"}
	}
	for _, path := range f.sections {
		m.Categories = append(m.Categories, taxonomy.CategoryRef{Path: path})
	}
	for _, slug := range f.writers {
		m.Authors = append(m.Authors, newsroom.AuthorRef{Slug: slug, Name: slug})
	}
	a, _, err := newsroom.Save(p.Context(), p.DB, models.ActorCommand, newsroom.AnyVersion, m)
	p.Check(err)
	f.id = a.ID
	p.facts = append(p.facts, f)
	p.setPolicy(f)
	p.discuss(f)
}

// setPolicy sets a random policy, most often the one of a new article.
func (p *paper) setPolicy(f *fact) {
	p.Helper()
	f.policy = newsroom.CommentPolicy{Status: newsroom.CommentsOpen}
	if p.IntN(2) == 0 {
		f.policy.Status = pick(p.Rand, []newsroom.CommentStatus{newsroom.CommentsOpen, newsroom.CommentsClosed, newsroom.CommentsPremoderate})
		f.policy.ByHand = f.policy.Status != newsroom.CommentsClosed && p.IntN(2) == 0
		f.policy.Slow = max(0, p.IntN(20)-14)
		f.policy.Who = pick(p.Rand, []models.Commenters{"", models.EveryCommenter, models.StaffCommenter})
		if p.IntN(3) == 0 {
			f.policy.Close = models.At(p.Clock.Now().Add(time.Duration(p.IntN(3)-1) * time.Hour))
		}
	}
	p.SetPolicy(f.id, f.policy)
}

// discuss writes the rows of a few comments.
func (p *paper) discuss(f *fact) {
	p.Helper()
	p.Check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
		for range max(0, p.IntN(9)-5) {
			state, reports := pick(p.Rand, []string{"approve", "hold", "spam", "trash"}), p.IntN(2)
			at := p.Clock.Now().Add(-time.Duration(p.IntN(100)) * time.Minute)
			switch {
			case state == "hold":
				f.held++
			case state == "approve" && at.After(f.last):
				f.last = at
			}
			if reports > 0 && (state == "hold" || state == "approve") {
				f.reported++
			}
			if err := models.Exec(p.Context(), tx, `INSERT INTO comments
				(article_id, author, email, ip, network, text, html, policy, state, state_at, created_at, token_hash, reports)
				VALUES (?, 'Anna', '', '', '', 'Text', '<p>Text</p>', 1, ?, ?, ?, '', ?)`, f.id, state, models.At(at), models.At(at), reports); err != nil {
				return err
			}
		}
		return models.Exec(p.Context(), tx, "UPDATE articles SET comments_hold = ? WHERE id = ?", f.held, f.id)
	}))
}

// change withdraws a public article, or sets another policy.
func (p *paper) change() {
	p.Helper()
	f := pick(p.Rand, p.facts)
	if f.status != newsroom.Published || p.IntN(2) == 0 {
		p.setPolicy(f)
		return
	}
	f.status = newsroom.Withdrawn
	p.Check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
		return newsroom.MoveStatus(p.Context(), tx, models.ActorShell, f.id, f.status, "", nil)
	}))
}

// askAll asks n random questions, under several settings of the site.
func (p *paper) askAll(n int) {
	p.Helper()
	site := p.Site()
	for range n {
		site.CommentCloseAfter = pick(p.Rand, []int{0, 14, 14})
		site.CommentWho = pick(p.Rand, []models.Commenters{models.EveryCommenter, models.EveryCommenter, models.NoCommenter})
		q := &question{status: pick(p.Rand, stories.Statuses)}
		f := stories.Filter{Status: q.status}
		if p.IntN(3) == 0 {
			for range 1 + p.IntN(2) {
				word := pick(p.Rand, paperWords)
				f.Words += " " + word[1]
				plain := strings.ToLower(word[1])
				q.words = append(q.words, map[string]string{"café": "cafe"}[plain])
				if q.words[len(q.words)-1] == "" {
					q.words[len(q.words)-1] = plain
				}
			}
		}
		if p.IntN(3) == 0 {
			q.section = pick(p.Rand, paperSections)
			f.Category = site.Categories.ByPath(q.section).ID
		}
		if p.IntN(2) == 0 {
			q.within = pick(p.Rand, p.reaches)
			f.Within = q.within.scope
		}
		if p.IntN(20) == 0 {
			q.only = pick(p.Rand, p.facts).id
			f.Only = q.only
		}
		p.ask(site, q, f)
	}
}

func (p *paper) ask(site *newsroom.Site, q *question, f stories.Filter) {
	p.Helper()
	now := models.At(p.DB.Now())
	want := oracle(p.facts, q, site, now.Time)
	if len(want) > 0 {
		p.asked[q.status]++
	}
	name := fmt.Sprintf("%+v under %d days and %q", *q, site.CommentCloseAfter, site.CommentWho)

	var got []stories.Story
	pages := f
	for {
		page, err := stories.List(p.Context(), p.DB, site, now, pages)
		p.Check(err)
		got = append(got, page.Stories...)
		if pages.After = page.Next; pages.After == 0 {
			break
		}
		if len(page.Stories) != stories.PageSize {
			p.Errorf("%s: a page in the middle has %d articles", name, len(page.Stories))
		}
	}
	p.compare(name, got, want)

	got = nil
	limit := 1 + p.IntN(60)
	for pages := f; ; pages.After = got[len(got)-1].ID {
		page, err := stories.Find(p.Context(), p.DB, site, now, pages, limit)
		p.Check(err)
		if got = append(got, page...); len(page) < limit || len(got) > len(want) {
			break
		}
	}
	p.compare(fmt.Sprint(name, " by ", limit), got, want)
}

func (p *paper) compare(name string, got []stories.Story, want []*fact) {
	p.Helper()
	var ids, wanted []int64
	for _, s := range got {
		ids = append(ids, s.ID)
	}
	for _, f := range want {
		wanted = append(wanted, f.id)
	}
	if !slices.Equal(ids, wanted) {
		p.Fatalf("%s: found %d, want %d", name, ids, wanted)
	}
	categories := p.Site().Categories
	for i, f := range want {
		s, paths := got[i], []string(nil)
		for _, id := range s.Categories {
			paths = append(paths, categories.ByID(id).Path)
		}
		if s.CommentsHold != f.held || s.Reported != f.reported || !s.Last.Equal(f.last) || !slices.Equal(paths, f.sections) {
			p.Fatalf("%s: article %d has %d held, %d reported, the last at %v, in %q; want %+v", name, f.id, s.CommentsHold, s.Reported, s.Last, paths, *f)
		}
	}
}
