package manual

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

//go:embed *.md
var files embed.FS

// order lists the topics as readers see them.
var order = []string{
	"moderating", "rules", "writing", "pictures", "front", "terms", "digests", "accounts", "operating", "configuration",
	"performance", "limits",
}

// Topic is one file of the manual.
type Topic struct {
	Name     string // in addresses and commands, such as "rules"
	Title    string
	Summary  string // the first paragraph, in Markdown
	Sections []Section
	Source   string // the whole file
}

// Section is a part of a topic under a heading of its own.
type Section struct {
	ID       string // the anchor
	Title    string
	Markdown string // without the heading
}

// Topics returns all topics in their order.
var Topics = sync.OnceValue(func() []Topic {
	list := make([]Topic, len(order))
	for i, name := range order {
		source, err := files.ReadFile(name + ".md")
		if err != nil {
			panic("manual: " + err.Error()) // a test reads them all
		}
		list[i] = parse(name, string(source))
	}
	return list
})

// Find returns the topic with a name, or nil.
func Find(name string) *Topic {
	for i, t := range Topics() {
		if t.Name == name {
			return &Topics()[i]
		}
	}
	return nil
}

// parse splits a file at its headings. Headings inside code blocks are text.
func parse(name, source string) Topic {
	t := Topic{Name: name, Source: source}
	part := &t.Summary
	code := false
	for line := range strings.Lines(source) {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		title, section := strings.CutPrefix(line, "## ")
		switch {
		case !code && section:
			title = strings.TrimSpace(title)
			t.Sections = append(t.Sections, Section{ID: anchor(title), Title: title})
			part = &t.Sections[len(t.Sections)-1].Markdown
		case !code && t.Title == "" && strings.HasPrefix(line, "# "):
			t.Title = strings.TrimSpace(line[2:])
		default:
			*part += line
		}
	}
	t.Summary = strings.TrimSpace(t.Summary)
	return t
}

// anchor returns the id that GitHub, too, gives a heading: lower case, spaces as
// hyphens, without punctuation.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, title)
}

// Link is a link from one topic to another.
type Link struct{ Topic, Anchor string }

var topicLink = regexp.MustCompile(`\[([^\]]+)\]\(([a-z]+)\.md(?:#([^)]*))?\)`)

// Links returns the links to topics in a text.
func Links(markdown string) (list []Link) {
	for _, m := range topicLink.FindAllStringSubmatch(markdown, -1) {
		list = append(list, Link{m[2], m[3]})
	}
	return list
}

// WithLinksTo rewrites the links to topics in a text. They lead to addresses
// below base, such as /desk/help/rules for the base /desk/help/.
func WithLinksTo(base, markdown string) string {
	return topicLink.ReplaceAllStringFunc(markdown, func(link string) string {
		m := topicLink.FindStringSubmatch(link)
		address := base + m[2]
		if m[3] != "" {
			address += "#" + m[3]
		}
		return fmt.Sprintf("[%s](%s)", m[1], address)
	})
}

// Section returns the section with an anchor, or nil.
func (t *Topic) Section(id string) *Section {
	for i := range t.Sections {
		if t.Sections[i].ID == id {
			return &t.Sections[i]
		}
	}
	return nil
}
