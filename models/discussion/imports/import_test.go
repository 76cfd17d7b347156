package imports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/spam"
)

// importText imports one comment on the article "7", which it stores first, and
// returns the comment.
func importText(d *discussiontest.Desk, text string) *discussion.Comment {
	d.Helper()
	article := newsroom.Manuscript{Title: "Imported", Body: "Text.", Source: "old", SourceID: "7"}
	if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, article); err != nil {
		d.Fatal(err)
	}
	row, _ := json.Marshal(map[string]string{"id": "1", "source": "old", "article_id": "7", "text": text})
	im := imports.Importer{DB: d.DB, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
	if _, err := im.Run(d.Context(), strings.NewReader(string(row))); err != nil {
		d.Fatal(err)
	}
	return d.Comment(1)
}

func TestImportedCommentsHaveFingerprints(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		for _, text := range []string{
			"The harbour tunnel opens on the first Monday in May, says the mayor.",
			"The regatta was cancelled because the wind was much too strong today.",
			"Too short.",
		} {
			want, ok := spam.FingerprintOf(text)
			c := importText(d, text)
			if c.Text != text || ok != (c.SimilarA != nil) || ok && (*c.SimilarA != int64(want.A) || *c.SimilarB != int64(want.B)) {
				d.Errorf("%q: stored %q with %v %v, want %+v", text, c.Text, c.SimilarA, c.SimilarB, want)
			}
		}
	})
}

func TestAnImportedChangeUnlearnsTheOldText(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		counted := func() (features int) {
			d.Helper()
			d.Check(d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM spam_features WHERE spam <> 0 OR ham <> 0").Scan(&features).Error)
			return features
		}
		const first, second = "Cheap watches at the harbour", "Regatta results of Monday"
		c := importText(d, first)
		d.Decide(discussion.DoSpam, c.ID)
		d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
			changes := spamcounts.Changes{}
			changes.Add(first, spamcounts.Spam, 1)
			if err := changes.Write(d.Context(), tx); err != nil {
				return err
			}
			return tx.Query(d.Context()).Model(c).UpdateColumn("learned", spamcounts.Spam).Error
		}))
		learned := counted()
		// A newer import of the same text keeps what was learned from it.
		if c = importText(d, first); c.Learned != spamcounts.Spam || learned == 0 || counted() != learned {
			d.Errorf("the same text is learned as %q, %d features are counted, were %d", c.Learned, counted(), learned)
		}
		if c = importText(d, second); c.Text != second || c.Learned != "" || counted() != 0 {
			d.Errorf("the new text %q is learned as %q, %d features are counted", c.Text, c.Learned, counted())
		}
	})
}

func TestImportedThreadsInAnyOrder(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Source: "paper", SourceID: "a1", Title: "Imported"}); err != nil {
			d.Fatal(err)
		}
		rows := strings.Join([]string{
			`{"id":"3","article_id":"a1","parent":"2","author":"C","text":"third","date":"2026-11-01T10:02:00Z"}`,
			`{"id":"2","article_id":"a1","parent":"1","author":"B","text":"second","date":"2026-11-01T10:01:00Z"}`,
			`{"id":"1","article_id":"a1","author":"","text":"first","date":"2026-11-01T10:00:00Z"}`,
			`{"id":"4","article_id":"a1","parent":"5","text":"a cycle","date":"2026-11-01T11:00:00Z"}`,
			`{"id":"5","article_id":"a1","parent":"4","text":"of two","date":"2026-11-01T11:01:00Z"}`,
			`{"id":"6","article_id":"a1","parent":"never","text":"no parent","state":"hold"}`,
			`{"id":"7","article_id":"elsewhere","text":"lost"}`,
			`{"id":"8","article_id":"a1","text":"   "}`,
			`{"id":"9","article_id":"a1","text":"x","state":"pending"}`,
			`not json`,
			`{"id":"10\u0000","article_id":"a1","text":"a NUL in the id"}`,
			`{"id":"11","article_id":"a1","parent":"1\u0000","text":"and in the parent"}`,
			`{"id":"12","article_id":"a1\u0000","text":"and in the article"}`,
			`{"id":"13","source":"x\u0000","article_id":"a1","text":"and in the source"}`,
		}, "\n")
		for run := range 2 {
			var refused []int
			im := imports.Importer{DB: d.DB, Reject: func(line int, _ error) { refused = append(refused, line) }}
			report, err := im.Run(d.Context(), strings.NewReader(rows))
			if err != nil || report.Created+report.Unchanged != 6 || report.Rejected != 8 || (run == 1) != (report.Unchanged == 6) {
				d.Fatalf("run %d: %+v, refused %v, %v", run+1, report, refused, err)
			}
		}
		a, err := newsroom.ByID(d.Context(), d.DB, 1)
		if err != nil || a.CommentsApprove != 5 || a.CommentsHold != 1 {
			d.Fatalf("%+v %v", a, err)
		}
		byText := map[string]*discussion.Comment{}
		var list []discussion.Comment
		err = d.DB.Query(d.Context()).Order("created_at DESC, id DESC").Find(&list).Error
		if err != nil {
			d.Fatal(err)
		}
		for i := range list {
			byText[list[i].Text] = &list[i]
		}
		if byText["third"].ParentID != byText["second"].ID || byText["second"].ParentID != byText["first"].ID || byText["first"].Author != discussion.Anonymous {
			d.Errorf("the thread was not put together: %+v", list)
		}
		d.CheckCounts()
	})
}

func TestImportedDatesAreNotInTheFuture(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Imported", Body: "Text.", Source: "old", SourceID: "7"}); err != nil {
			d.Fatal(err)
		}
		row, _ := json.Marshal(map[string]string{"id": "1", "source": "old", "article_id": "7", "text": "From tomorrow.", "date": "2031-01-01T00:00:00Z"})
		im := imports.Importer{DB: d.DB, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
		if _, err := im.Run(d.Context(), strings.NewReader(string(row))); err != nil {
			d.Fatal(err)
		}
		c := d.Comment(1)
		if c.CreatedAt.After(d.Clock.Now()) {
			d.Errorf("dated %v", c.CreatedAt)
		}
	})
}
