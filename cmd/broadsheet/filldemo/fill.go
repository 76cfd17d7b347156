package filldemo

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image/jpeg"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"broadsheet/cmd/broadsheet/demo"
	"broadsheet/cmd/broadsheet/demo/illustrate"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/jsonlines"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
)

// source marks the demo's rows. A second start with --demo recognises them
// and leaves them as they are.
const source = "demo"

// Size of the drawn originals, in pixels.
const width, height = 1600, 1067

// filler fills an empty database with the demo newsroom.
type filler struct {
	ctx      context.Context
	db       *models.DB
	store    blob.Store
	newsroom *demo.Newsroom
	secret   []byte
	start    time.Time
	paths    map[string]string // of the articles filled so far, by slug
	ids      map[string]int64  // the same
}

// demoStaff are the accounts of the demo newsroom.
var demoStaff = []struct {
	role        people.Role
	name, email string
}{
	{people.Administrator, "Runa Solberg", "administrator@larkmoor.example"},
	{people.Editor, "Casper Wynn", "editor@larkmoor.example"},
	{people.Moderator, "Odile Tanaka", "moderator@larkmoor.example"},
	{people.AuthorRole, "Tomas Eklund", "author@larkmoor.example"},
}

// demoAuthors are the accounts of authors, by the authors' slugs.
var demoAuthors = map[string]string{"tomas-eklund": "author@larkmoor.example"}

// Fill fills the database if it has no article yet.
func Fill(ctx context.Context, db *models.DB, store blob.Store, secret []byte) error {
	used, err := newsroom.HasArticles(ctx, db)
	if err != nil || used {
		return err
	}
	return fill(ctx, db, store, secret)
}

// fill fills an empty database.
func fill(ctx context.Context, db *models.DB, store blob.Store, secret []byte) error {
	room, err := demo.Load()
	if err != nil {
		return err
	}
	f := &filler{ctx, db, store, room, secret, db.Now(), map[string]string{}, map[string]int64{}}
	for _, step := range []func() error{f.settings, f.staff, f.terms, f.articles, f.comments, f.desk} {
		if err := step(); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return related.RecomputeWeights(ctx, db)
}

// demoPassword returns the password of a demo account. It is derived from the
// session key: it can be printed at every start without being stored, and
// differs from site to site.
func demoPassword(secret []byte, email string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("demo password of " + email))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil))[:16])
}

// staff creates the accounts. Accounts of an earlier, interrupted attempt
// stay.
func (f *filler) staff() error {
	for _, m := range demoStaff {
		account := people.NewAccount{Name: m.name, Email: m.email, Role: m.role, Password: demoPassword(f.secret, m.email)}
		_, err := people.CreateAccount(f.ctx, f.db, models.ActorShell, account)
		if err != nil && models.KindOf(err) != models.Conflict {
			return err
		}
	}
	return nil
}

// SignIn is an account of the demo newsroom that still has its first password.
type SignIn struct {
	Role            people.Role
	Email, Password string
}

// SignIns lists the accounts that still have their first password.
func SignIns(ctx context.Context, db *models.DB, secret []byte) (list []SignIn, err error) {
	for _, m := range demoStaff {
		u, err := people.ByEmail(ctx, db, m.email)
		if models.KindOf(err) == models.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		password := demoPassword(secret, m.email)
		right, err := u.CheckPassword(password)
		if err != nil {
			return nil, err
		}
		if right && !u.Closed() {
			list = append(list, SignIn{u.Role, u.Email, password})
		}
	}
	return list, nil
}

func (f *filler) settings() error {
	s := f.newsroom.Site
	return f.db.Write(f.ctx, func(tx *models.Tx) error {
		for key, value := range map[string]string{
			"site.name": s.Name, "site.tagline": s.Tagline, "site.about": s.About, "site.language": s.Language, "site.timezone": s.TimeZone,
		} {
			if value == "" {
				continue
			}
			if err := settings.Set(f.ctx, tx, key, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// terms makes categories, authors and tags before any article names them.
func (f *filler) terms() error {
	return f.db.Write(f.ctx, func(tx *models.Tx) error {
		for i, s := range f.newsroom.Categories {
			c, err := taxonomy.EnsureCategory(f.ctx, tx, s.Path)
			if err == nil {
				err = taxonomy.DescribeCategory(f.ctx, tx, c.ID, s.Name, s.Description, i)
			}
			if err != nil {
				return err
			}
		}
		for i, a := range append(slices.Clone(f.newsroom.Authors), f.newsroom.Guests...) {
			author, err := taxonomy.EnsureAuthor(f.ctx, tx, a.Slug, a.Name)
			if err != nil {
				return err
			}
			author.Name, author.Role, author.Bio, author.Guest = a.Name, a.Role, a.Bio, i >= len(f.newsroom.Authors)
			if email := demoAuthors[a.Slug]; email != "" {
				account, err := people.ByEmail(f.ctx, tx, email)
				if err != nil {
					return err
				}
				author.UserID = &account.ID
			}
			if err := taxonomy.DescribeAuthor(f.ctx, tx, *author); err != nil {
				return err
			}
		}
		return nil
	})
}

// articles saves the articles, oldest first, since an article links to older
// ones only.
func (f *filler) articles() error {
	pictures, err := f.draw()
	if err != nil {
		return err
	}
	for _, a := range f.newsroom.Articles {
		d := newsroom.Manuscript{
			Source: source, SourceID: a.Slug, Title: a.Title, Slug: a.Slug, Standfirst: a.Standfirst, Language: a.Language,
			Body: f.link(a.Body), Format: richtext.Markdown, PublishedAt: f.at(a.Age), PictureID: pictures[a.Slug],
			Comments: newsroom.CommentStatus(a.CommentsAre),
		}
		if a.Updated != 0 {
			d.RevisedAt = f.at(a.Updated)
		}
		for _, slug := range a.Authors {
			d.Authors = append(d.Authors, newsroom.AuthorRef{Slug: slug})
		}
		for _, path := range a.Categories {
			d.Categories = append(d.Categories, taxonomy.CategoryRef{Path: path})
		}
		d.Tags = f.tagNames(a.Tags)
		for _, c := range a.Corrections {
			d.Corrections = append(d.Corrections, newsroom.Correction{Kind: c.Kind, At: models.At(f.at(c.Age)), Text: c.Text})
		}
		if err := f.save(d); err != nil {
			return fmt.Errorf("%s: %w", a.Slug, err)
		}
	}
	return nil
}

func (f *filler) save(d newsroom.Manuscript) error {
	article, _, err := newsroom.Save(f.ctx, f.db, models.ActorCommand, newsroom.AnyVersion, d)
	if err != nil {
		return err
	}
	site, err := newsroom.LoadSite(f.ctx, f.db)
	f.paths[d.SourceID], f.ids[d.SourceID] = site.ArticlePath(article), article.ID
	return err
}

func (f *filler) at(age demo.Age) time.Time { return f.start.Add(-time.Duration(age)) }

var demoArticleLink = regexp.MustCompile(`story:[a-z0-9-]+`)

// link replaces story:slug by addresses.
func (f *filler) link(body string) string {
	return demoArticleLink.ReplaceAllStringFunc(body, func(ref string) string {
		if path := f.paths[strings.TrimPrefix(ref, "story:")]; path != "" {
			return path
		}
		return "/"
	})
}

// draw draws the pictures of the articles, as many at once as there are cores.
func (f *filler) draw() (map[string]*int64, error) {
	ids := map[string]*int64{}
	var mu sync.Mutex
	var firstErr error
	var workers sync.WaitGroup
	queue := make(chan demo.Article)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for a := range queue {
				id, err := f.drawOne(a)
				mu.Lock()
				ids[a.Slug] = id
				if err != nil && firstErr == nil {
					firstErr = fmt.Errorf("picture of %s: %w", a.Slug, err)
				}
				mu.Unlock()
			}
		})
	}
	for _, a := range f.newsroom.Articles {
		if a.Picture != nil {
			queue <- a
		}
	}
	close(queue)
	workers.Wait()
	return ids, firstErr
}

func (f *filler) drawOne(a demo.Article) (*int64, error) {
	seed := fnv.New64a()
	seed.Write([]byte(a.Slug))
	return DrawPicture(f.ctx, f.db, f.store, seed.Sum64(), a.Picture)
}

// DrawPicture draws a picture, keeps it like an uploaded one and returns its
// number.
func DrawPicture(ctx context.Context, db *models.DB, store blob.Store, seed uint64, p *demo.Picture) (*int64, error) {
	drawn, err := illustrate.Draw(p.Scene, seed, width, height)
	if err != nil {
		return nil, err
	}
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, drawn, &jpeg.Options{Quality: 90}); err != nil {
		return nil, err
	}
	found, data, err := blob.Inspect(&encoded)
	if err != nil {
		return nil, err
	}
	if err := store.Put(ctx, blob.OriginalKey(found.Key), bytes.NewReader(data)); err != nil {
		return nil, err
	}
	var id int64
	err = db.Write(ctx, func(tx *models.Tx) error {
		m, err := pictures.Add(ctx, tx, pictures.Picture{
			Key: found.Key, Format: found.Format, Width: found.Width, Height: found.Height, Bytes: found.Bytes,
			Alt: p.Alt, Caption: p.Caption, Credit: p.Credit,
		})
		if err == nil {
			id = m.ID
		}
		return err
	})
	return &id, err
}

// comments imports the comments, as a newsroom would.
func (f *filler) comments() error {
	var rows bytes.Buffer
	for _, a := range f.newsroom.Articles {
		for _, c := range a.Comments {
			date := jsonlines.LooseString(f.at(c.Age).Format(time.RFC3339))
			row := imports.Row{
				ID: jsonlines.LooseString(a.Slug + ":" + c.ID), Source: source, ArticleID: jsonlines.LooseString(a.Slug),
				Author: c.Author, Email: c.Email, URL: c.URL, Date: date, State: c.State, Text: c.Text,
			}
			if c.Parent != "" {
				row.Parent = jsonlines.LooseString(a.Slug + ":" + c.Parent)
			}
			if err := json.NewEncoder(&rows).Encode(row); err != nil {
				return err
			}
		}
	}
	var refused error
	im := imports.Importer{DB: f.db, Reject: func(line int, err error) { refused = fmt.Errorf("comment %d: %w", line, err) }}
	_, err := im.Run(context.WithoutCancel(f.ctx), &rows)
	if err == nil {
		err = refused
	}
	return err
}
