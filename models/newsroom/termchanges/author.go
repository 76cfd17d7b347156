package termchanges

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
)

// AuthorForm has the fields of an author. An empty slug is made from the name.
type AuthorForm struct {
	Name, Slug, Role, Bio string
	Links                 string // addresses on the web, one per line
	PictureID             int64  // 0 for none
	Guest                 bool
}

// String returns the fields for the audit.
func (f AuthorForm) String() string {
	return fmt.Sprintf("%s /%s/ %s\n%d %t\n%s\n%s", f.Name, f.Slug, f.Role, f.PictureID, f.Guest, f.Links, f.Bio)
}

// FormOfAuthor returns the fields of an author.
func FormOfAuthor(a *taxonomy.Author) AuthorForm {
	f := AuthorForm{Name: a.Name, Slug: a.Slug, Role: a.Role, Bio: a.Bio, Links: a.Links, Guest: a.Guest}
	if a.PictureID != nil {
		f.PictureID = *a.PictureID
	}
	return f
}

// clean checks the fields that need no database.
func (f *AuthorForm) clean() error {
	var bad fields
	f.Name, f.Role = bad.name(f.Name), bad.text("role", f.Role, MaxRole)
	f.Bio, f.Slug = bad.text("bio", f.Bio, MaxBio), bad.slugFor(f.Slug, f.Name)
	var links []string
	for line := range strings.Lines(f.Links) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if u, err := url.Parse(line); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(line) > MaxLink {
			bad.refuse("links", "web-address", 0)
			break
		}
		links = append(links, line)
	}
	if len(links) > MaxLinks {
		bad.refuse("links", "too-many", MaxLinks)
	}
	f.Links = strings.Join(links, "\n")
	return bad.err()
}

// SaveAuthor changes an author, or adds one if id is 0. The earlier slug and name lead to the
// author for ever, and all articles show the new name. SaveAuthor returns the change in the
// log, 0 for none. It refuses with NotFound, and with Invalid for the fields name, slug, role, bio, links and picture.
func SaveAuthor(
	ctx context.Context, db *models.DB, by models.Actor, id int64, f AuthorForm,
) (a *taxonomy.Author, change int64, err error) {
	if err := f.clean(); err != nil {
		return nil, 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		change = 0
		a = &taxonomy.Author{CreatedAt: models.At(tx.Now)}
		if id != 0 {
			if a, err = models.First[taxonomy.Author](tx.Lock(ctx).Where("id = ?", id)); err != nil {
				return err
			}
			if a == nil {
				return models.Errorf(models.NotFound, "there is no author %d", id)
			}
		}
		before := FormOfAuthor(a)
		if err := checkAuthor(ctx, tx, id, f); err != nil || before == f {
			return err
		}
		a.Name, a.Slug, a.Role, a.Bio, a.Links, a.Guest, a.PictureID = f.Name, f.Slug, f.Role, f.Bio, f.Links, f.Guest, nil
		if f.PictureID != 0 {
			a.PictureID = &f.PictureID
		}
		change, err = storeAuthor(ctx, tx, by, a, before)
		return err
	})
	return a, change, err
}

// checkAuthor refuses the slug of another author, and a picture that the library lacks.
func checkAuthor(ctx context.Context, tx *models.Tx, id int64, f AuthorForm) error {
	var bad fields
	used, err := taken(ctx, tx, "authors", "slug", f.Slug, id)
	if err != nil {
		return err
	}
	if used {
		bad.refuse("slug", "taken", 0)
	}
	if f.PictureID != 0 {
		known, err := pictures.Has(ctx, tx, f.PictureID)
		if err != nil {
			return err
		}
		if !known {
			bad.refuse("picture", "no-picture", 0)
		}
	}
	return bad.err()
}

func storeAuthor(ctx context.Context, tx *models.Tx, by models.Actor, a *taxonomy.Author, before AuthorForm) (change int64, err error) {
	verb := Changed
	var log *recording
	if a.ID == 0 {
		verb = "added"
		if err := taxonomy.Claim(ctx, tx, taxonomy.AuthorKind, a.Slug, a.Name); err != nil {
			return 0, err
		}
		if err := tx.Query(ctx).Create(a).Error; err != nil {
			return 0, err
		}
	} else {
		if log, err = record(ctx, tx, taxonomy.AuthorKind, []int64{a.ID}, nil, a.Slug, a.Name); err != nil {
			return 0, err
		}
		if err := keep(ctx, tx, taxonomy.AuthorKind, a.ID, before.Slug, before.Name, a.Slug, a.Name); err != nil {
			return 0, err
		}
		columns := []string{"name", "slug", "role", "bio", "links", "guest", "picture_id"}
		if err := tx.Query(ctx).Model(a).Select(columns).Updates(a).Error; err != nil {
			return 0, err
		}
		if before.Name != a.Name || before.Slug != a.Slug {
			err := cmp.Or(rewriteBylines(ctx, tx, a.ID), indexAgain(ctx, tx, newsroom.AuthorArticles, a.ID))
			if err != nil {
				return 0, err
			}
		}
	}
	if log != nil {
		c := Change{SubjectID: a.ID, Verb: Changed, Name: before.Name, Other: a.Name}
		if change, err = log.finish(ctx, tx, by, c); err != nil {
			return 0, err
		}
	}
	on := models.Subject{Kind: AuthorSubject, ID: a.ID, Name: a.Name}
	return change, audit(ctx, tx, by, on, verb, before.String(), FormOfAuthor(a).String())
}

// bylineBatch is the number of articles whose bylines one statement writes.
const bylineBatch = 2000

// rewriteBylines writes the names of the authors into the rows of all articles of an
// author, in any status.
func rewriteBylines(ctx context.Context, tx *models.Tx, author int64) error {
	var ids []int64
	err := tx.Query(ctx).Raw("SELECT article_id FROM article_authors WHERE author_id = ? ORDER BY article_id", author).Scan(&ids).Error
	if err != nil {
		return err
	}
	for some := range slices.Chunk(slices.Compact(ids), bylineBatch) {
		var rows []struct {
			ArticleID  int64
			Name, Slug string
		}
		err := tx.Query(ctx).Raw(`SELECT x.article_id, a.name, a.slug FROM article_authors x JOIN authors a ON a.id = x.author_id
			WHERE x.article_id IN ? ORDER BY x.article_id, x.position`, some).Scan(&rows).Error
		if err != nil {
			return err
		}
		names, first := map[int64][]string{}, map[int64]string{}
		for _, r := range rows {
			if len(names[r.ArticleID]) == 0 {
				first[r.ArticleID] = r.Slug
			}
			names[r.ArticleID] = append(names[r.ArticleID], r.Name)
		}
		var bylines, slugs []any
		for _, id := range some {
			bylines = append(bylines, id, strings.Join(names[id], ", "))
			slugs = append(slugs, id, first[id])
		}
		err = newsroom.UpdateEach(ctx, tx, "articles", "byline", "TEXT", "fresh.value", bylines)
		if err == nil {
			err = newsroom.UpdateEach(ctx, tx, "articles", "byline_slug", "TEXT", "fresh.value", slugs)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// MergeAuthors merges the authors from into the author into: into takes their place in each
// byline, and their addresses and names lead to into. MergeAuthors returns the change in the
// log. It refuses with Invalid, and with Conflict (authors-accounts) for authors that belong
// to different accounts.
func MergeAuthors(ctx context.Context, db *models.DB, by models.Actor, from []int64, into int64) (change int64, err error) {
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		change, err = mergeAll(ctx, tx, by, taxonomy.AuthorKind, from, into, mergeAuthor)
		return err
	})
	return change, err
}

func mergeAuthor(ctx context.Context, tx *models.Tx, by models.Actor, from, into int64) (oldName, name string, err error) {
	old, a, err := lockBoth(ctx, tx, from, into, func(a *taxonomy.Author) int64 { return a.ID })
	if err != nil {
		return "", "", err
	}
	if old.UserID != nil && a.UserID != nil && *old.UserID != *a.UserID {
		return "", "", models.Refusal(models.Conflict, "authors-accounts", "the two authors belong to two accounts")
	}
	if err := moveBylines(ctx, tx, from, into); err != nil {
		return "", "", err
	}
	if _, err := mergeList(ctx, tx, newsroom.AuthorArticles, from, into); err != nil {
		return "", "", err
	}
	if a.UserID == nil && old.UserID != nil {
		if err := row(ctx, tx, "authors", into).UpdateColumn("user_id", *old.UserID).Error; err != nil {
			return "", "", err
		}
	}
	err = retire(ctx, tx, taxonomy.AuthorKind, from, old.Slug, old.Name, into)
	for _, text := range []string{"DELETE FROM search_renamed WHERE author_id = ?", "DELETE FROM authors WHERE id = ?"} {
		if err == nil {
			err = models.Exec(ctx, tx, text, from)
		}
	}
	if err == nil {
		err = dropCounts(ctx, tx, newsroom.AuthorArticles, from)
	}
	if err == nil {
		err = cmp.Or(rewriteBylines(ctx, tx, into), indexAgain(ctx, tx, newsroom.AuthorArticles, into))
	}
	if err != nil {
		return "", "", err
	}
	return old.Name, a.Name, audit(ctx, tx, by, models.Subject{Kind: AuthorSubject, ID: into, Name: a.Name}, Merged, old.Name, a.Name)
}

// moveBylines replaces author from by author into in all bylines. In a byline with both, the
// first of the two places stays.
func moveBylines(ctx context.Context, tx *models.Tx, from, into int64) error {
	for _, text := range []string{
		`DELETE FROM article_authors WHERE author_id = ? AND EXISTS (SELECT 1 FROM article_authors x
			WHERE x.article_id = article_authors.article_id AND x.author_id = ? AND x.position < article_authors.position)`,
		`DELETE FROM article_authors WHERE author_id = ? AND EXISTS (SELECT 1 FROM article_authors x
			WHERE x.article_id = article_authors.article_id AND x.author_id = ? AND x.position < article_authors.position)`,
	} {
		if err := models.Exec(ctx, tx, text, from, into); err != nil {
			return err
		}
		from, into = into, from
	}
	return models.Exec(ctx, tx, "UPDATE article_authors SET author_id = ? WHERE author_id = ?", into, from)
}
