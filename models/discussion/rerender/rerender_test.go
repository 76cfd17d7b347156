package rerender_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/rerender"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/modeltest"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// Comments of an old policy are rendered again. Others keep their HTML.
func TestOldCommentsAreRenderedUnderTheNewPolicy(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		a := d.Article()
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
			for i := range 450 {
				c := discussion.Comment{
					ArticleID: a.ID, Author: "A reader", Text: fmt.Sprint("Text ", i), HTML: fmt.Sprint("<p>Text ", i, "</p>"),
					Policy: richtext.CommentPolicyVersion, State: discussion.Approved, Version: 1,
					CreatedAt: models.At(tx.Now), StateAt: models.At(tx.Now),
				}
				if err := tx.Query(d.Context()).Create(&c).Error; err != nil {
					return err
				}
			}
			return tx.Query(d.Context()).Exec("UPDATE comments SET html = '<p onclick=x>old</p>', policy = 0 WHERE id % 3 = 0").Error
		})
		if err != nil {
			d.Fatal(err)
		}
		for range 2 {
			if err := rerender.Comments(d.Context(), d.DB); err != nil {
				d.Fatal(err)
			}
			var old, all int
			d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM comments WHERE article_id = ?", a.ID).Scan(&all)
			err := d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM comments WHERE policy = 0 OR html LIKE '%onclick%' OR html = ''").Scan(&old).Error
			if err != nil || old != 0 || all != 450 {
				d.Errorf("%d of %d comments still have their old HTML (%v)", old, all, err)
			}
		}
	})
}

// Text that an earlier version dropped as a tag is rendered and indexed again. A
// website that is no web address is removed.
func TestOldCommentsAreRenderedAndIndexedAgain(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		d.MustPost(d.Submission(d.Article().ID))
		sql := func(query string, args ...any) {
			d.Helper()
			err := d.DB.Write(d.Context(), func(tx *models.Tx) error { return tx.Query(d.Context()).Exec(query, args...).Error })
			if err != nil {
				d.Fatal(err)
			}
		}
		sql("UPDATE comments SET text = ?, html = '<p>If x</p>', url = 'https://%3cscript%3e', policy = 1", "If x<y then zebras, see https://ru.example/утка")
		for _, work := range []func() error{
			func() error { return discussion.IndexComments(d.Context(), d.DB) },
			func() error { return rerender.Comments(d.Context(), d.DB) },
		} {
			if err := work(); err != nil {
				d.Fatal(err)
			}
		}
		var c discussion.Comment
		if err := d.DB.Query(d.Context()).Take(&c).Error; err != nil {
			d.Fatal(err)
		}
		if !strings.Contains(c.HTML, "x&lt;y then zebras") || !strings.Contains(c.HTML, `href="https://ru.example/`) || c.URL != "" || c.Policy != richtext.CommentPolicyVersion {
			d.Errorf("%+v", c)
		}
		var marks int
		if err := d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM comment_marks WHERE kind = ? AND value = 'ru.example'", wordindex.HostMark).Scan(&marks).Error; err != nil || marks != 1 {
			d.Errorf("the link is found %d times (%v)", marks, err)
		}
	})
}
