package discussiontest

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
)

// Each runs a test on SQLite and on PostgreSQL, in parallel with other tests.
func Each(t *testing.T, test func(d *Desk)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		test(&Desk{T: t, DB: db, Clock: clock})
	})
}

// Desk is a test with a new database. Its methods end the test on an error, unless
// they return it.
type Desk struct {
	*testing.T
	DB    *models.DB
	Clock *modeltest.Clock
	made  int // the articles and submissions made so far
}

// Check ends the test on an error. It ignores the values before the error.
func (d *Desk) Check(values ...any) {
	d.Helper()
	if err, _ := values[len(values)-1].(error); err != nil {
		d.Fatal(err)
	}
}

// CodeOf returns the code of a refusal, and the text of any other error.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

// Set stores a setting.
func (d *Desk) Set(key, value string) {
	d.Helper()
	d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error { return settings.Set(d.Context(), tx, key, value) }))
}

// TrustAll lets the rules approve the comments of unknown commenters.
func (d *Desk) TrustAll() {
	d.Helper()
	d.Set("comment.previously-approved", "false")
	d.Set("comment.flood", "0")
}

// Site loads the settings of the site.
func (d *Desk) Site() *newsroom.Site {
	d.Helper()
	site, err := newsroom.LoadSite(d.Context(), d.DB)
	d.Check(err)
	return site
}

// Article publishes a new article.
func (d *Desk) Article() *newsroom.Article {
	d.Helper()
	d.made++
	m := newsroom.Manuscript{Title: fmt.Sprint("Article ", d.made), Body: "Text."}
	a, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, m)
	d.Check(err)
	return a
}

// Reload reads an article again.
func (d *Desk) Reload(article int64) *newsroom.Article {
	d.Helper()
	a, err := newsroom.ByID(d.Context(), d.DB, article)
	d.Check(err)
	return a
}

// Submission returns a valid submission from a new commenter, with an address, a
// network, a browser and a text of its own.
func (d *Desk) Submission(article int64) discussion.Submission {
	d.made++
	n := d.made
	return discussion.Submission{
		ArticleID: article, Author: "Marguerite", Email: fmt.Sprintf("m%d@example.org", n), Text: fmt.Sprint("Well said, number ", n),
		IP: netip.MustParseAddr(fmt.Sprintf("10.%d.%d.7", n/250, n%250)), Token: fmt.Sprint("token", n),
	}
}

// Saying returns a submission with the given text.
func (d *Desk) Saying(article int64, text string) discussion.Submission {
	in := d.Submission(article)
	in.Text = text
	return in
}

// Post posts a comment under the present settings.
func (d *Desk) Post(in discussion.Submission) (*discussion.Comment, error) {
	d.Helper()
	return discussion.Post(d.Context(), d.DB, d.Site(), in)
}

// MustPost is [Desk.Post] for a comment that must be taken.
func (d *Desk) MustPost(in discussion.Submission) *discussion.Comment {
	d.Helper()
	c, err := d.Post(in)
	d.Check(err)
	return c
}

// Edit gives a comment a new text on behalf of its commenter.
func (d *Desk) Edit(id int64, seen int, text string) (*discussion.Comment, error) {
	d.Helper()
	return discussion.Edit(d.Context(), d.DB, d.Site(), id, seen, text, discussion.Submission{})
}

// Comment reads a comment again.
func (d *Desk) Comment(id int64) *discussion.Comment {
	d.Helper()
	c, err := discussion.ByID(d.Context(), d.DB, id)
	d.Check(err)
	return c
}

// Decide takes an action on comments in any version.
func (d *Desk) Decide(action discussion.Action, ids ...int64) []discussion.DecisionResult {
	d.Helper()
	var seen []discussion.Versioned
	for _, id := range ids {
		seen = append(seen, discussion.Versioned{ID: id})
	}
	verdict := discussion.Verdict{Action: action}
	_, results, err := discussion.Decide(d.Context(), d.DB, models.Actor{Name: "test"}, seen, verdict)
	d.Check(err)
	return results
}

// IP returns an address in the n-th network of visitors, for n below 256.
func IP(n int) netip.Addr { return netip.AddrFrom4([4]byte{172, 16, byte(n), 9}) }
