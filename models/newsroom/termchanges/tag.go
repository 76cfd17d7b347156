package termchanges

import (
	"context"
	"fmt"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// TagForm has the fields of a tag. An empty slug is made from the name.
type TagForm struct {
	Name, Slug, Description string
	Comments                taxonomy.CommentDefault
}

// String returns the fields for the audit.
func (f TagForm) String() string {
	return fmt.Sprintf("%s /%s/ %s %d %s", f.Name, f.Slug, f.Comments.Comments, f.Comments.CommentDays, f.Description)
}

// FormOf returns the fields of a tag.
func FormOf(t *taxonomy.Tag) TagForm {
	return TagForm{t.Name, t.Slug, t.Description, t.CommentDefault}
}

// SaveTag changes a tag. Its earlier slug and name lead to it for ever. SaveTag returns the
// change in the log, 0 for none. It refuses with NotFound, and with Invalid for the fields name, slug, description, comments and
// comment_days.
func SaveTag(ctx context.Context, db *models.DB, by models.Actor, id int64, f TagForm) (t *taxonomy.Tag, change int64, err error) {
	var bad fields
	f.Name, f.Description = bad.name(f.Name), bad.text("description", f.Description, MaxDescription)
	f.Slug = bad.slugFor(f.Slug, f.Name)
	bad.comments(f.Comments)
	if err := bad.err(); err != nil {
		return nil, 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		change = 0
		if t, err = models.First[taxonomy.Tag](tx.Lock(ctx).Where("id = ?", id)); err != nil {
			return err
		}
		if t == nil {
			return models.Errorf(models.NotFound, "there is no tag %d", id)
		}
		used, err := taken(ctx, tx, "tags", "slug", f.Slug, id)
		if err == nil && used {
			err = models.InvalidFields(models.FieldError{Field: "slug", Code: "taken"})
		}
		before := FormOf(t)
		if err != nil || before == f {
			return err
		}
		log, err := record(ctx, tx, taxonomy.TagKind, []int64{id}, nil, f.Slug, f.Name)
		if err != nil {
			return err
		}
		t.Name, t.Slug, t.Description, t.CommentDefault = f.Name, f.Slug, f.Description, f.Comments
		if err := keep(ctx, tx, taxonomy.TagKind, id, before.Slug, before.Name, f.Slug, f.Name); err != nil {
			return err
		}
		err = tx.Query(ctx).Model(t).Select("name", "slug", "description", "comments", "comment_days").Updates(t).Error
		if err == nil && before.Name != f.Name {
			err = indexAgain(ctx, tx, newsroom.TagArticles, id)
		}
		if err == nil {
			change, err = log.finish(ctx, tx, by, Change{SubjectID: id, Verb: Changed, Name: before.Name, Other: f.Name})
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, by, models.Subject{Kind: TagSubject, ID: id, Name: t.Name}, Changed, before.String(), f.String())
	})
	return t, change, err
}

// AddTag adds a tag. An empty slug is made from the name; a slug of another tag gets "-2", "-3"
// and so on. If a tag already has the name, AddTag returns that tag, and added is false. It
// refuses with Invalid at the fields name, slug and description.
func AddTag(ctx context.Context, db *models.DB, by models.Actor, f TagForm) (t *taxonomy.Tag, added bool, err error) {
	var bad fields
	f.Name, f.Description = bad.name(f.Name), bad.text("description", f.Description, MaxDescription)
	wanted := bad.slugFor(f.Slug, f.Name)
	if err := bad.err(); err != nil {
		return nil, false, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		added = false
		// Another transaction that adds the same name waits here, so it finds this tag's id <= last.
		if err := models.LockKey(ctx, tx, "name "+taxonomy.TermSlug(f.Name)); err != nil {
			return err
		}
		var last int64
		if _, err := models.QueryRow(ctx, tx, []any{&last}, "SELECT COALESCE(MAX(id), 0) FROM tags"); err != nil {
			return err
		}
		if t, err = taxonomy.EnsureTag(ctx, tx, f.Name); err != nil || t.ID <= last {
			return err
		}
		added = true
		if f.Slug, err = taxonomy.FreeSlug(wanted, func(slug string) (bool, error) {
			return taken(ctx, tx, "tags", "slug", slug, t.ID)
		}); err != nil {
			return err
		}
		t.Slug, t.Description = f.Slug, f.Description
		if err = claim(ctx, tx, taxonomy.TagKind, t.ID, t.Slug, t.Name); err != nil {
			return err
		}
		if err = tx.Query(ctx).Model(t).Select("slug", "description").Updates(t).Error; err != nil {
			return err
		}
		return audit(ctx, tx, by, models.Subject{Kind: TagSubject, ID: t.ID, Name: t.Name}, "added", "", f.String())
	})
	return t, added, err
}

// keep makes the earlier slug and name of a term lead to it.
func keep(ctx context.Context, tx *models.Tx, kind taxonomy.Kind, id int64, oldSlug, oldName, slug, name string) error {
	if oldSlug != slug {
		if err := taxonomy.KeepAddress(ctx, tx, kind, oldSlug, id); err != nil {
			return err
		}
	}
	if oldName != name {
		if err := taxonomy.KeepName(ctx, tx, kind, oldName, id); err != nil {
			return err
		}
	}
	return claim(ctx, tx, kind, id, slug, name)
}

// claim gives a slug and a name to a term. Terms are found by the slug of their name, so a
// name whose own slug differs from the term's is stored like an earlier name.
func claim(ctx context.Context, tx *models.Tx, kind taxonomy.Kind, id int64, slug, name string) error {
	err := taxonomy.Claim(ctx, tx, kind, slug, name)
	if base := taxonomy.TermSlug(name); err == nil && slug != base && !taxonomy.IsNumbered(slug, base) {
		err = taxonomy.KeepName(ctx, tx, kind, name, id)
	}
	return err
}

// MergeTags merges the tags from into the tag into: their articles get into, and their
// addresses and names lead to it. MergeTags returns the change in the log. It refuses with
// Invalid.
func MergeTags(ctx context.Context, db *models.DB, by models.Actor, from []int64, into int64) (change int64, err error) {
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		change, err = mergeAll(ctx, tx, by, taxonomy.TagKind, from, into, mergeTag)
		return err
	})
	return change, err
}

// mergeAll merges terms one after the other, as one change in the log. merge returns the
// names of both.
func mergeAll(
	ctx context.Context, tx *models.Tx, by models.Actor, kind taxonomy.Kind, from []int64, into int64,
	merge func(ctx context.Context, tx *models.Tx, by models.Actor, from, into int64) (old, name string, err error),
) (change int64, err error) {
	log, err := record(ctx, tx, kind, []int64{into}, from, "", "")
	if err != nil {
		return 0, err
	}
	c := Change{SubjectID: into, Verb: Merged}
	var names []string
	for _, one := range from {
		old, name, err := merge(ctx, tx, by, one, into)
		if err != nil {
			return 0, err
		}
		c.Other, names = name, append(names, old)
	}
	c.Name = strings.Join(names, ", ")
	return log.finish(ctx, tx, by, c)
}

func mergeTag(ctx context.Context, tx *models.Tx, by models.Actor, from, into int64) (oldName, name string, err error) {
	old, t, err := lockBoth(ctx, tx, from, into, func(t *taxonomy.Tag) int64 { return t.ID })
	if err != nil {
		return "", "", err
	}
	if err := indexAgain(ctx, tx, newsroom.TagArticles, from); err != nil {
		return "", "", err
	}
	for _, text := range []string{
		`UPDATE article_tags SET tag_id = ? WHERE tag_id = ? AND NOT EXISTS
			(SELECT 1 FROM article_tags x WHERE x.article_id = article_tags.article_id AND x.tag_id = ?)`,
		`DELETE FROM article_tags WHERE tag_id <> ? AND tag_id = ? AND tag_id <> ?`,
	} {
		if err := models.Exec(ctx, tx, text, into, from, into); err != nil {
			return "", "", err
		}
	}
	moved, err := mergeList(ctx, tx, newsroom.TagArticles, from, into)
	if err == nil {
		err = models.Exec(ctx, tx, "UPDATE tags SET stories = stories + ? WHERE id = ?", moved, into)
	}
	if err == nil {
		err = retire(ctx, tx, taxonomy.TagKind, from, old.Slug, old.Name, into)
	}
	if err == nil {
		err = deleteTag(ctx, tx, from)
	}
	if err == nil && t.WPID == nil && old.WPID != nil {
		err = row(ctx, tx, "tags", into).UpdateColumn("wp_id", *old.WPID).Error
	}
	if err != nil {
		return "", "", err
	}
	return old.Name, t.Name, audit(ctx, tx, by, models.Subject{Kind: TagSubject, ID: into, Name: t.Name}, Merged, old.Name, t.Name)
}

// retire makes the slug and the name of a term, and its earlier ones, lead to the term to, or
// nowhere if to is 0.
func retire(ctx context.Context, tx *models.Tx, kind taxonomy.Kind, id int64, slug, name string, to int64) error {
	err := taxonomy.Redirect(ctx, tx, kind, id, to)
	if err == nil {
		err = taxonomy.KeepAddress(ctx, tx, kind, slug, to)
	}
	if err == nil {
		err = taxonomy.KeepName(ctx, tx, kind, name, to)
	}
	return err
}

func deleteTag(ctx context.Context, tx *models.Tx, id int64) error {
	err := models.Exec(ctx, tx, "DELETE FROM tags WHERE id = ?", id)
	if err == nil {
		err = dropCounts(ctx, tx, newsroom.TagArticles, id)
	}
	return err
}

// RemoveTag takes a tag from all its articles and removes it. Its address answers 410
// Gone. RemoveTag returns the change in the log. It refuses with NotFound.
func RemoveTag(ctx context.Context, db *models.DB, by models.Actor, id int64) (change int64, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		t, err := models.First[taxonomy.Tag](tx.Lock(ctx).Where("id = ?", id))
		if err != nil {
			return err
		}
		if t == nil {
			return models.Errorf(models.NotFound, "there is no tag %d", id)
		}
		log, err := record(ctx, tx, taxonomy.TagKind, nil, []int64{id}, "", "")
		if err != nil {
			return err
		}
		out, err := entries(ctx, tx, newsroom.TagArticles, id)
		if err == nil {
			err = indexAgain(ctx, tx, newsroom.TagArticles, id)
		}
		if err == nil {
			err = models.Exec(ctx, tx, "DELETE FROM article_tags WHERE tag_id = ?", id)
		}
		if err == nil {
			err = newsroom.ChangeList(ctx, tx, newsroom.List{Kind: newsroom.TagArticles, Ref: id}, out, nil)
		}
		if err == nil {
			err = retire(ctx, tx, taxonomy.TagKind, id, t.Slug, t.Name, 0)
		}
		if err == nil {
			err = deleteTag(ctx, tx, id)
		}
		if err == nil {
			change, err = log.finish(ctx, tx, by, Change{SubjectID: id, Verb: Removed, Name: t.Name})
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, by, models.Subject{Kind: TagSubject, ID: id, Name: t.Name}, Removed, FormOf(t).String(), "")
	})
	return change, err
}
