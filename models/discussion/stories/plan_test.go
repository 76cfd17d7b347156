package stories_test

import (
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/modeltest"
)

// A list reads the articles of its status only, or those of its author, and sorts none
// but those of an author.
func TestListReadsAnIndexOfItsOwn(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	d := &discussiontest.Desk{T: t, DB: modeltest.SQLite(t, clock), Clock: clock}
	p := newPaper(d)
	p.save()
	site, now := d.Site(), models.At(clock.Now())
	sport := site.Categories.ByPath("sport").ID
	author := p.reaches[3].scope
	if author.Authors() == nil {
		t.Fatal("the account has no author")
	}
	const byNumber, byAuthor = "SEARCH articles USING INTEGER PRIMARY KEY (rowid=?)", "SEARCH article_authors USING COVERING INDEX article_authors_author (author_id=?)"
	newest := func(index string) string { return " INDEX " + index }
	for name, test := range map[string]struct {
		filter  stories.Filter
		wanted  []string // steps
		ordered bool     // by the index
	}{
		"all":                          {stories.Filter{}, []string{"SCAN articles USING COVERING INDEX articles_policy"}, true},
		"open":                         {stories.Filter{Status: stories.Open}, []string{"SCAN articles USING COVERING INDEX articles_policy"}, true},
		"closed":                       {stories.Filter{Status: stories.Closed}, []string{"SCAN articles USING COVERING INDEX articles_policy"}, true},
		"held":                         {stories.Filter{Status: stories.Held}, []string{newest("articles_held")}, true},
		"slow":                         {stories.Filter{Status: stories.Slow}, []string{newest("articles_slow")}, true},
		"premoderated":                 {stories.Filter{Status: stories.Premoderated}, []string{newest("articles_premoderated")}, true},
		"slow with words":              {stories.Filter{Status: stories.Slow, Words: "harbour"}, []string{newest("articles_slow")}, true},
		"premoderated in a section":    {stories.Filter{Status: stories.Premoderated, Category: sport}, []string{newest("articles_premoderated"), "SEARCH listings USING PRIMARY KEY (kind=? AND ref=?)"}, true},
		"slow of a limited moderator":  {stories.Filter{Status: stories.Slow, Within: moderation.InCategories([]int64{sport})}, []string{newest("articles_slow"), "SEARCH listings USING PRIMARY KEY (kind=? AND ref=?)"}, true},
		"an author's":                  {stories.Filter{Within: author}, []string{byNumber, byAuthor}, false},
		"an author's with held":        {stories.Filter{Within: author, Status: stories.Held}, []string{byNumber, byAuthor}, false},
		"an author's later page":       {stories.Filter{Within: author, After: p.facts[0].id}, []string{byNumber, byAuthor}, false},
		"one":                          {stories.Filter{Only: 1}, []string{byNumber}, true},
		"one of a limited moderator's": {stories.Filter{Only: 1, Within: moderation.InCategories([]int64{sport})}, []string{byNumber}, true},
	} {
		ctx, recorded := models.RecordStatements(t.Context())
		_, err := stories.List(ctx, d.DB, site, now, test.filter)
		d.Check(err)
		statements := recorded()
		if len(statements) > 6 {
			t.Errorf("%s: %d statements", name, len(statements))
		}
		plan := p.planOf(statements)
		for _, step := range test.wanted {
			if !strings.Contains(plan, step) {
				t.Errorf("%s: no step %q in\n%s", name, step, plan)
			}
		}
		if test.ordered && strings.Contains(plan, "USE TEMP B-TREE FOR ORDER BY") {
			t.Errorf("%s sorts:\n%s", name, plan)
		}
	}
	if plan := p.planOf([]string{"SELECT id FROM articles WHERE status = 'published' ORDER BY title"}); !strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("the plan of another list is not read: %s", plan)
	}
}

// planOf returns the plan of the first statement that selects articles by status.
func (p *paper) planOf(statements []string) string {
	p.Helper()
	for _, statement := range statements {
		if !strings.Contains(statement, "status = 'published'") {
			continue
		}
		var steps []struct{ Detail string }
		args := make([]any, strings.Count(statement, "?"))
		p.Check(p.DB.Query(p.Context()).Raw("EXPLAIN QUERY PLAN "+statement, args...).Scan(&steps).Error)
		var plan strings.Builder
		for _, step := range steps {
			plan.WriteString(step.Detail + "\n")
		}
		return plan.String()
	}
	p.Fatalf("no list among %q", statements)
	return ""
}

// A search for punctuation only finds nothing. One without any letter is no search for
// everything; an empty one is.
func TestSearchForPunctuationFindsNothing(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.Article()
		for words, want := range map[string]int{"": 1, " \t": 1, "!": 0, "%": 0, "_": 0, "’ – …": 0, "\u202e": 0, "؟": 0, "article !": 1} {
			found, err := stories.Find(d.Context(), d.DB, d.Site(), models.At(d.Clock.Now()), stories.Filter{Words: words}, 9)
			d.Check(err)
			if len(found) != want {
				d.Errorf("%q finds %d", words, len(found))
			}
		}
	})
}
