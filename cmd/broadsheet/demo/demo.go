package demo

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed articles comments desk newsroom.yaml
var files embed.FS

// Newsroom is the whole demo.
type Newsroom struct {
	Site       Site       `yaml:"site"`
	Categories []Category `yaml:"sections"`
	Authors    []Author   `yaml:"authors"`
	Guests     []Author   `yaml:"guests"` // write without belonging to the newsroom
	Tags       []Tag      `yaml:"tags"`
	Articles   []Article  `yaml:"-"` // oldest first
	Desk       []Article  `yaml:"-"` // that readers do not see yet
}

// Site is the paper.
type Site struct {
	Name     string `yaml:"name"`
	Tagline  string `yaml:"tagline"`
	About    string `yaml:"about"`
	Language string `yaml:"language"`
	TimeZone string `yaml:"timezone"`
}

// Category is a section by its path of slugs.
type Category struct {
	Path        string `yaml:"path"`
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
}

// Author is a member of the newsroom or a guest.
type Author struct {
	Slug string `yaml:"slug"`
	Name string `yaml:"name"`
	Role string `yaml:"role"`
	Bio  string `yaml:"bio"`
}

// Tag names a tag.
type Tag struct {
	Slug string `yaml:"slug"`
	Name string `yaml:"name"`
}

// Article is an article with its comments.
type Article struct {
	Title       string       `yaml:"title"`
	Slug        string       `yaml:"slug"`
	Standfirst  string       `yaml:"standfirst"`
	Language    string       `yaml:"language"`
	Authors     []string     `yaml:"authors"`
	Categories  []string     `yaml:"categories"`
	Tags        []string     `yaml:"tags"`
	Age         Age          `yaml:"age"`
	Updated     Age          `yaml:"updated"`
	Picture     *Picture     `yaml:"picture"`
	Corrections []Correction `yaml:"corrections"`
	CommentsAre string       `yaml:"comments"` // open or closed
	Desk        string       `yaml:"desk"`     // draft, review, scheduled, or waiting: a draft of the article with the slug
	By          string       `yaml:"by"`       // the account that writes it at the desk
	Add         string       `yaml:"add"`      // the paragraph that a waiting draft adds
	Notes       []Note       `yaml:"notes"`
	Body        string       `yaml:"-"`
	Comments    []Comment    `yaml:"-"`
}

// Picture describes a picture for illustrate to draw.
type Picture struct {
	Scene   string `yaml:"scene"`
	Alt     string `yaml:"alt"`
	Caption string `yaml:"caption"`
	Credit  string `yaml:"credit"`
}

// Correction is a dated note on an error.
type Correction struct {
	Kind string `yaml:"kind"`
	Age  Age    `yaml:"age"`
	Text string `yaml:"text"`
}

// Note is a colleague's remark on a paragraph of a text in review.
type Note struct {
	Paragraph int    `yaml:"paragraph"` // 1 is the first
	By        string `yaml:"by"`
	Text      string `yaml:"text"`
}

// Comment is a reader's comment; Parent is the ID of an earlier one under
// the same article, or empty.
type Comment struct {
	ID     string `json:"id"`
	Parent string `json:"parent"`
	Author string `json:"author"`
	Email  string `json:"email"`
	URL    string `json:"url"`
	Age    Age    `json:"age"`
	State  string `json:"state"`
	Text   string `json:"text"`
}

// Age is how long before the start of the demo something happened, written
// as a Go duration such as 26h30m.
type Age time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *Age) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*a = Age(d)
	return err
}

// Load reads the demo.
func Load() (*Newsroom, error) {
	data, err := files.ReadFile("newsroom.yaml")
	if err != nil {
		return nil, err
	}
	var n Newsroom
	if err := yaml.UnmarshalWithOptions(data, &n, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("newsroom.yaml: %w", err)
	}
	if n.Articles, err = loadArticles("articles/*.md"); err != nil {
		return nil, err
	}
	if n.Desk, err = loadArticles("desk/*.md"); err != nil {
		return nil, err
	}
	slices.SortFunc(n.Articles, func(a, b Article) int { return int(b.Age - a.Age) })
	return &n, nil
}

func loadArticles(pattern string) (list []Article, err error) {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		a, err := loadArticle(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, *a)
	}
	return list, nil
}

func loadArticle(name string) (*Article, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	head, body, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
	if !ok {
		return nil, fmt.Errorf("no front matter")
	}
	a := &Article{Body: body}
	if err := yaml.UnmarshalWithOptions([]byte(head), a, yaml.Strict()); err != nil {
		return nil, err
	}
	a.Comments, err = loadComments(strings.TrimSuffix(path.Base(name), ".md"))
	return a, err
}

func loadComments(slug string) (list []Comment, err error) {
	data, err := files.ReadFile("comments/" + slug + ".jsonl")
	if err != nil {
		return nil, nil // most articles have none
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var c Comment
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("comments/%s.jsonl line %d: %w", slug, n, err)
		}
		list = append(list, c)
	}
	return list, lines.Err()
}
