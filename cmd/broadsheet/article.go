package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/dates"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/richtext"

	"github.com/goccy/go-yaml"
)

type articleCmd struct {
	Import  articleImportCmd  `cmd:"" help:"Import articles from JSON Lines, plain or gzipped."`
	Publish articlePublishCmd `cmd:"" help:"Publish Markdown files with front matter."`
}

type articleImportCmd struct {
	Files []string `arg:"" name:"file" help:"JSON Lines: one article a line."`
}

// Help describes dates, rejected rows and the exit code.
func (articleImportCmd) Help() string { return importHelp }

func (c articleImportCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		err := a.importFiles(c.Files, func(rows io.Reader, bar *progress) (articleimport.Report, error) {
			im := articleimport.Importer{DB: db, Reject: bar.reject, Progress: bar.report}
			return im.Run(a.ctx, rows)
		})
		// The weights of related articles depend on how rare each category and tag is.
		if weighErr := related.RecomputeWeights(context.WithoutCancel(a.ctx), db); err == nil {
			err = weighErr
		}
		return err
	})
}

// Help describes the relation of files and articles.
func (articlePublishCmd) Help() string {
	return `A file is an article. Publishing it again, also under another title, makes a
new version of the same article at the same address; only another "slug:" changes
the address, and the old address redirects to the new one. Two files with one
title are two articles.

The "id:" in the front matter identifies the article. It can be any text, but each
file needs its own. Without an id the file's absolute path identifies the article.
A file without an id that was moved is still recognised if its text is unchanged:
give an id to files that may move.`
}

type articlePublishCmd struct {
	Files []string `arg:"" name:"file" type:"existingfile" help:"${help_front_matter}"`
}

func (c articlePublishCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		site, err := newsroom.LoadSite(a.ctx, db)
		if err != nil {
			return err
		}
		failed := false
		ids := map[string]string{}
		for _, file := range c.Files {
			if err := a.publishFile(db, site, file, ids); err != nil {
				failed = true
				a.fail(fmt.Errorf("%s: %w", file, err))
			}
		}
		if failed {
			return errReported
		}
		return nil
	})
}

// frontMatter is the head of a Markdown file.
type frontMatter struct {
	ID         string   `yaml:"id"`
	Title      string   `yaml:"title"`
	Slug       string   `yaml:"slug"`
	Standfirst string   `yaml:"standfirst"`
	Language   string   `yaml:"language"`
	Authors    []string `yaml:"authors"`
	Categories []string `yaml:"categories"`
	Tags       []string `yaml:"tags"`
	Date       string   `yaml:"date"`
	Status     string   `yaml:"status"`
	Comments   string   `yaml:"comments"`
	Commenters string   `yaml:"commenters"`
	Recommend  *bool    `yaml:"recommend"`
	Republish  *bool    `yaml:"republish"`
	Translated *string  `yaml:"translation_key"`
}

// maxMarkdownFile is the largest file that is read, in bytes: the limit of the
// body, and room for the front matter.
const maxMarkdownFile = richtext.MaxArticleBytes + 64<<10

// publishFile publishes one file. ids holds the paths of this run by the id of
// their front matter, to refuse an id that two files have.
func (a *app) publishFile(db *models.DB, site *newsroom.Site, file string, ids map[string]string) error {
	data, err := readAtMost(file, maxMarkdownFile)
	if err != nil {
		return err
	}
	d, id, err := parseMarkdownFile(string(data), site.TimeZone)
	if err != nil {
		return err
	}
	f := articleimport.File{ID: id}
	if f.Path, err = truePath(file); err != nil {
		return err
	}
	if other, twice := ids[id]; twice && id != "" && other != f.Path {
		return models.Errorf(models.Invalid, "%s has the id %q, too: give each file its own", other, id)
	}
	ids[id] = f.Path
	if id == "" {
		if f.Moved, err = a.movedFrom(db, d, f.Path); err != nil {
			return err
		}
	}
	article, outcome, err := articleimport.SaveFile(a.ctx, db, models.ActorCommand, d, f, discussion.MoveCommentsWithArticle)
	if err != nil {
		return err
	}
	done := map[newsroom.Outcome]string{
		newsroom.Created:   string(article.Status),
		newsroom.Updated:   "updated",
		newsroom.Unchanged: "unchanged",
	}[outcome]
	_, err = fmt.Fprintf(a.stdout, "%s %d %s\n", done, article.ID, site.ArticlePath(article))
	return err
}

// truePath returns the absolute path of a file with symbolic links resolved, so
// that the result does not depend on the working directory of the command.
func truePath(file string) (string, error) {
	path, err := filepath.Abs(file)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	return filepath.ToSlash(path), err
}

// movedFrom returns the path under which the same text was published before,
// if no file is at that path any more.
func (a *app) movedFrom(db *models.DB, d newsroom.Manuscript, path string) (string, error) {
	paths, err := articleimport.MovedFrom(a.ctx, db, d)
	for _, old := range paths {
		if _, statErr := os.Stat(filepath.FromSlash(old)); old != path && errors.Is(statErr, fs.ErrNotExist) {
			return old, err
		}
	}
	return "", err
}

// parseMarkdownFile reads front matter between two lines of three hyphens and
// the Markdown below it. id is the id of the front matter, "" for none.
func parseMarkdownFile(text string, zone *time.Location) (d newsroom.Manuscript, id string, err error) {
	var head frontMatter
	body := strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff")
	if rest, ok := strings.CutPrefix(body, "---\n"); ok {
		matter, after, found := strings.Cut(rest, "\n---\n")
		if !found {
			return d, "", models.Errorf(models.Invalid, "the front matter has no closing line of three hyphens")
		}
		if err := yaml.UnmarshalWithOptions([]byte(matter), &head, yaml.Strict()); err != nil {
			return d, "", models.Errorf(models.Invalid, "front matter: %v", yaml.FormatError(err, false, false))
		}
		body = after
	}
	d = newsroom.Manuscript{
		Title: head.Title, Slug: head.Slug, Standfirst: head.Standfirst, Language: head.Language,
		Body: body, Format: richtext.Markdown, Tags: head.Tags,
		Status: newsroom.Status(head.Status), Comments: newsroom.CommentStatus(head.Comments),
		Commenters: models.Commenters(head.Commenters), Republish: head.Republish, TranslationKey: head.Translated,
	}
	if head.Recommend != nil {
		d.RecommendsOff = new(!*head.Recommend)
	}
	if err := checkWords(d); err != nil {
		return d, "", err
	}
	if head.Date != "" {
		date, err := dates.Parse(head.Date, zone)
		if err != nil {
			return d, "", models.Errorf(models.Invalid, "%v", err)
		}
		d.PublishedAt = date
	}
	for _, name := range head.Authors {
		d.Authors = append(d.Authors, newsroom.AuthorRef{Name: name})
	}
	for _, name := range head.Categories {
		ref, ok := newsroom.ParseCategory(name)
		if !ok {
			return d, "", models.Errorf(models.Invalid,
				"category %q: write the category's name, parents first, such as World News/Middle East", name)
		}
		d.Categories = append(d.Categories, ref)
	}
	return d, strings.TrimSpace(head.ID), nil
}

// checkWords refuses unknown values of status, comments and commenters.
func checkWords(d newsroom.Manuscript) error {
	switch d.Status {
	case "", newsroom.Draft, newsroom.Scheduled, newsroom.Published:
	default:
		return models.Errorf(models.Invalid, "status is draft, scheduled or published, not %q", d.Status)
	}
	switch d.Comments {
	case "", newsroom.CommentsOpen, newsroom.CommentsClosed, newsroom.CommentsPremoderate:
	default:
		return models.Errorf(models.Invalid, "comments is open, closed or premoderated, not %q", d.Comments)
	}
	switch d.Commenters {
	case "", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter:
	default:
		return models.Errorf(models.Invalid, "commenters is everyone, verified or staff, not %q", d.Commenters)
	}
	return nil
}

func readAtMost(file string, most int64) ([]byte, error) {
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = models.Errorf(models.Invalid, "the file is larger than %d KB", most>>10)
	}
	return data, err
}
