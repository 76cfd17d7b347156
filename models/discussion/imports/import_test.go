package imports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/newsroom"
)

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
		list, err := discussion.Queue{Limit: 100}.List(d.Context(), d.DB)
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
