package notes_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var (
	edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}
	jonas = models.Actor{UserID: new(int64(8)), Name: "Jonas"}
)

func text(paragraphs ...string) newsroom.Manuscript {
	return newsroom.Manuscript{
		Title: "Budget", Format: richtext.HTML, Status: newsroom.Draft, Body: "<p>" + strings.Join(paragraphs, "</p>\n<p>") + "</p>",
	}
}

func draft(t *testing.T, db *models.DB, m newsroom.Manuscript) int64 {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, edith, newsroom.AnyVersion, m)
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

func TestPlaceFollowsEdits(t *testing.T) {
	t.Parallel()
	before := notes.Words(text("The budget rises by four per cent.", "Nobody voted against it.", "The session ended at ten."))
	for _, test := range []struct {
		name string
		now  []string
		want int // -1 for gone
	}{
		{"nothing changed", before, 1},
		{"another paragraph before it", []string{"New.", before[0], before[1], before[2]}, 2},
		{"edited", []string{before[0], "Nobody at all voted against it then.", before[2]}, 1},
		{"moved and edited", []string{"Nobody voted against it, again.", before[0], before[2]}, 0},
		{"removed", []string{before[0], before[2]}, -1},
		{"twice: the nearest", []string{before[1], before[1], before[0], before[1]}, 1},
		{"all gone", nil, -1},
	} {
		list := []notes.Thread{{Note: notes.Note{Paragraph: before[1], Place: 1}}, {}}
		notes.Place(list, test.now)
		if list[0].Paragraph != "" {
			t.Errorf("%s: the note on the whole story does not come first", test.name)
		}
		if got := list[1]; got.Gone != (test.want < 0) || !got.Gone && got.Index != test.want {
			t.Errorf("%s: at %d, gone %v, want %d", test.name, got.Index, got.Gone, test.want)
		}
	}
}

// A paragraph that is rewritten in small steps keeps its note.
func TestFollowThroughManySmallEdits(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		words := strings.Fields("The council voted on Monday for a budget of nine million")
		id := draft(t, db, text("First.", strings.Join(words, " ")))
		if _, err := notes.Add(t.Context(), db, edith, notes.Note{ArticleID: id, Paragraph: strings.Join(words, " "), Place: 1, Text: "Who?"}); err != nil {
			t.Fatal(err)
		}
		for i := range words {
			words[i] = fmt.Sprint("other", i)
			if err := notes.Follow(t.Context(), db, id, text("First.", "Another one.", strings.Join(words, " "))); err != nil {
				t.Fatal(err)
			}
		}
		list, err := notes.Of(t.Context(), db, id)
		if err != nil || len(list) != 1 || list[0].Place != 2 || list[0].Paragraph != strings.Join(words, " ") {
			t.Errorf("after it %+v (%v)", list, err)
		}
	})
}

func TestNotesAnswersAndMail(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id := draft(t, db, text("One", "Two"))
		note, err := notes.Add(t.Context(), db, edith, notes.Note{ArticleID: id, Paragraph: "Two", Place: 1, Text: " Who says so? "})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := notes.Add(t.Context(), db, jonas, notes.Note{ArticleID: id, Answers: &note, Text: "The mayor."}); err != nil {
			t.Fatal(err)
		}
		if _, err := notes.Add(t.Context(), db, edith, notes.Note{ArticleID: id, Answers: &note, Text: "Then say it."}); err != nil {
			t.Fatal(err)
		}
		// A site that sends no mail makes no job: it would stay in the queue.
		if _, err := notes.Add(t.Context(), db, edith, notes.Note{ArticleID: id, Answers: &note, Text: "Soon.", Unmailed: true}); err != nil {
			t.Fatal(err)
		}
		var mails []notes.Mail
		if _, err := queue.WorkDue(t.Context(), db, queue.Kinds{notes.Job: func(_ context.Context, job *queue.Job) error {
			var m notes.Mail
			err := job.Read(&m)
			mails = append(mails, m)
			return err
		}}); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprint([]notes.Mail{{7, id, notes.Answered, "Jonas", "The mayor."}, {8, id, notes.Answered, "Edith", "Then say it."}})
		if got := fmt.Sprint(mails); got != want {
			t.Errorf("mails %s, want %s", got, want)
		}
		open := func(want int) {
			t.Helper()
			counts, err := notes.Counts(t.Context(), db, []int64{id, 4711})
			if err != nil || counts[id] != want {
				t.Errorf("%d open notes (%v), want %d", counts[id], err, want)
			}
		}
		open(1)
		for _, done := range []bool{true, true, false, true} {
			if err := notes.Resolve(t.Context(), db, jonas, id, note, done); err != nil {
				t.Fatal(err)
			}
		}
		open(0)
		list, err := notes.Of(t.Context(), db, id)
		if err != nil || len(list) != 1 || len(list[0].Replies) != 3 || list[0].ResolvedBy != "Jonas" || list[0].Text != "Who says so?" {
			t.Errorf("the notes are %+v (%v)", list, err)
		}
	})
}

func TestNotesAreRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id, other := draft(t, db, text("One")), draft(t, db, text("Other"))
		note, err := notes.Add(t.Context(), db, edith, notes.Note{ArticleID: other, Text: strings.Repeat("x", notes.MaxText)})
		if err != nil {
			t.Fatal(err)
		}
		for want, n := range map[string]notes.Note{
			"required":            {ArticleID: id, Text: " \n "},
			"too-many-characters": {ArticleID: id, Text: strings.Repeat("x", notes.MaxText+1)},
			"not found":           {ArticleID: 4711, Text: "x"},
			"not found ":          {ArticleID: id, Text: "x", Answers: &note}, // of another story
		} {
			_, err := notes.Add(t.Context(), db, edith, n)
			got := ""
			if e, ok := errors.AsType[*models.Error](err); ok && len(e.Fields) > 0 {
				got = e.Fields[0].Code
			} else if models.KindOf(err) == models.NotFound {
				got = "not found"
			}
			if got != strings.TrimSpace(want) {
				t.Errorf("%s: %v", want, err)
			}
		}
		if err := notes.Resolve(t.Context(), db, edith, id, note, true); models.KindOf(err) != models.NotFound {
			t.Errorf("a note of another story: %v", err)
		}
	})
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, notes.Note{})
	})
}
