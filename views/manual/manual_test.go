package manual

import (
	"io/fs"
	"strings"
	"testing"
)

// Every file is a topic with a title, a summary and sections whose anchors are
// unique. Every link to a topic leads to one, and to a section that it has.
func TestTopicsHaveTitlesAnchorsAndWorkingLinks(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(files, "*.md")
	if err != nil || len(names) != len(Topics()) {
		t.Fatalf("%d files and %d topics, %v", len(names), len(Topics()), err)
	}
	for _, topic := range Topics() {
		if topic.Title == "" || topic.Summary == "" || strings.Contains(topic.Summary, "\n") || len(topic.Sections) < 3 {
			t.Errorf("%s: title %q, summary %q, %d sections", topic.Name, topic.Title, topic.Summary, len(topic.Sections))
		}
		if Find(topic.Name).Title != topic.Title {
			t.Errorf("Find does not find %s", topic.Name)
		}
		seen := map[string]bool{}
		for _, s := range topic.Sections {
			if seen[s.ID] || s.ID == "" || strings.TrimSpace(s.Markdown) == "" {
				t.Errorf("%s: the section %q is empty or its anchor %q is taken", topic.Name, s.Title, s.ID)
			}
			seen[s.ID] = true
			if strings.Contains(s.Markdown, "\n#") {
				t.Errorf("%s: the section %q has a deeper heading", topic.Name, s.Title)
			}
		}
		if strings.Count(topic.Source, "](") != len(Links(topic.Source))+strings.Count(topic.Source, "](#") {
			t.Errorf("%s has a link that leads neither to a topic nor to one of its sections", topic.Name)
		}
		for _, link := range Links(topic.Source) {
			to := Find(link.Topic)
			if to == nil || link.Anchor != "" && to.Section(link.Anchor) == nil {
				t.Errorf("%s links to %s#%s, which does not exist", topic.Name, link.Topic, link.Anchor)
			}
		}
		for _, own := range strings.Split(topic.Source, "](#")[1:] {
			if id, _, _ := strings.Cut(own, ")"); topic.Section(id) == nil {
				t.Errorf("%s has no section #%s", topic.Name, id)
			}
		}
	}
	if Find("knitting") != nil {
		t.Error("Find finds a topic that does not exist")
	}
}

func TestLinksLeadToTheDesk(t *testing.T) {
	t.Parallel()
	got := WithLinksTo("/desk/help/", "See [Bans](moderating.md#ban-a-spammer) and [Rules](rules.md), not [this](https://a.example).")
	want := "See [Bans](/desk/help/moderating#ban-a-spammer) and [Rules](/desk/help/rules), not [this](https://a.example)."
	if got != want {
		t.Errorf("got %q", got)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	topic := parse("x", `# A title

A summary with **bold** text and [a link](rules.md#words).

## Section one

- An item that is so long that it has to be wrapped somewhere near the eightieth column.
- Short.

| a | b |
| --- | --- |
| one | two; see [Section one](#section-one) |

| a long heading of a column | size, MB |
| --- | --- |
| a first cell that leaves so little room that the second goes below it | 47 |

`+"```\ncode that stays as it is\n## not a heading\n```\n")
	want := `A title
=======

A summary with bold text and a link (broadsheet help rules).

Section one
-----------

- An item that is so long that it has to be wrapped somewhere near the eightieth
  column.
- Short.

a    b
one  two; see "Section one"

a first cell that leaves so little room that the second goes below it
    size, MB: 47

    code that stays as it is
    ## not a heading
`
	if got := topic.Text(); got != want {
		t.Errorf("got\n%s", got)
	}
	if len(topic.Sections) != 1 || topic.Sections[0].ID != "section-one" {
		t.Errorf("sections %+v", topic.Sections)
	}
}
