package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"broadsheet/models"
	"broadsheet/models/dates"
	"broadsheet/models/discussion"
	"broadsheet/models/jsonlines"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// Row is one line of a comment import. ArticleID and Parent are the source ids of
// an imported article and an imported comment.
type Row struct {
	ID        jsonlines.LooseString `json:"id"`
	Source    string                `json:"source"`
	ArticleID jsonlines.LooseString `json:"article_id"`
	Parent    jsonlines.LooseString `json:"parent"` // "" or null: none
	Author    string                `json:"author"`
	Email     string                `json:"email"`
	URL       string                `json:"url"`
	Date      jsonlines.LooseString `json:"date"` // see newsroom.ParseDate; "" or null: none
	State     string                `json:"state"`
	Text      string                `json:"text"`
}

// Importer stores imported comments, in batches of one transaction each. It can
// run again over the same rows: a stored comment gets a changed text, and keeps
// its state.
type Importer struct {
	DB       *models.DB
	Reject   func(line int, err error)
	Progress func(articleimport.Report) // may be nil

	site   *newsroom.Site
	report articleimport.Report
	late   []orphan
}

// orphan is a stored comment that waits for its parent.
type orphan struct {
	line           int
	source, parent string
	id             int64
}

// importRows is how many rows share a transaction.
const importRows = 500

// Run reads JSON Lines until the end. It rejects a bad row and goes on. It returns
// an error if reading or the database fails.
func (im *Importer) Run(ctx context.Context, rows io.Reader) (articleimport.Report, error) {
	im.report, im.late = articleimport.Report{}, nil
	var err error
	if im.site, err = newsroom.LoadSite(ctx, im.DB); err != nil {
		return im.report, err
	}
	var batch []incoming
	flush := func() error {
		err := im.write(ctx, batch)
		batch = batch[:0]
		if im.Progress != nil {
			im.Progress(im.report)
		}
		return err
	}
	err = jsonlines.Each(rows, func(line int, data []byte, err error) error {
		var in incoming
		if err == nil {
			in, err = im.prepare(line, data)
		}
		if err != nil {
			im.reject(line, err)
			return ctx.Err()
		}
		if batch = append(batch, in); len(batch) >= importRows {
			return flush()
		}
		return ctx.Err()
	})
	if err == nil || ctx.Err() == nil {
		err = errors.Join(err, flush())
	}
	if err == nil {
		err = im.adopt(ctx)
	}
	return im.report, err
}

func (im *Importer) reject(line int, err error) {
	im.report.Rejected++
	im.Reject(line, err)
}

// incoming is a checked and rendered row.
type incoming struct {
	line    int
	article string // source id
	parent  string // source id, "" for none
	comment discussion.Comment
}

func (im *Importer) prepare(line int, data []byte) (in incoming, err error) {
	var row Row
	if err := json.Unmarshal(data, &row); err != nil {
		return in, jsonlines.Explain("a comment", err)
	}
	if row.ID == "" || row.ArticleID == "" {
		return in, errors.New("the row needs id and article_id")
	}
	if row.Source == "" {
		row.Source = articleimport.DefaultSource
	}
	for name, v := range map[string]string{
		"id": string(row.ID), "source": row.Source, "parent": string(row.Parent), "article_id": string(row.ArticleID),
	} {
		if len(v) > newsroom.MaxSourceID {
			return in, fmt.Errorf("%s is longer than %d bytes", name, newsroom.MaxSourceID)
		}
		if strings.Contains(v, "\x00") {
			return in, fmt.Errorf("%s holds a NUL", name)
		}
	}
	in = incoming{line: line, article: string(row.ArticleID), comment: discussion.Comment{
		Type: "comment", Source: &row.Source, SourceID: new(string(row.ID)), State: discussion.Approved, Version: 1,
		Author: discussion.CutAuthor(row.Author),
		Email:  importedEmail(row.Email),
		URL:    discussion.CleanURL(row.URL),
	}}
	c := &in.comment
	if row.Parent != row.ID {
		in.parent = string(row.Parent)
	}
	if row.State != "" {
		if c.State, err = discussion.ParseState(row.State); err != nil {
			return in, err
		}
	}
	if date := strings.TrimSpace(string(row.Date)); date != "" {
		t, err := dates.Parse(date, im.site.TimeZone)
		if err != nil {
			return in, err
		}
		c.CreatedAt = models.At(t)
	}
	if richtext.Blank(c.Author) {
		c.Author = discussion.Anonymous
	}
	text := richtext.Normalize(row.Text)
	switch {
	case richtext.BlankComment(text):
		return in, errors.New("the comment has no text")
	case len(text) > discussion.MaxTextBytes:
		return in, fmt.Errorf("the text is longer than %d bytes", discussion.MaxTextBytes)
	}
	c.SetText(text)
	return in, nil
}

// importedEmail returns the stored form of an address, by which all other code
// looks it up. It returns "" for a text that is no address, because no lookup
// could find it again.
func importedEmail(s string) string {
	email, err := people.NormalizeEmail(s)
	if err != nil || len(email) > discussion.MaxEmailBytes {
		return ""
	}
	return email
}

func (im *Importer) write(ctx context.Context, batch []incoming) error {
	if len(batch) == 0 {
		return nil
	}
	var done articleimport.Report
	var late []orphan
	var refused []func()
	err := im.DB.WriteMany(ctx, func(tx *models.Tx) error {
		done, late, refused = articleimport.Report{}, nil, nil
		known, articles, err := im.lookUp(ctx, tx, batch)
		if err != nil {
			return err
		}
		stored := discussion.NewBatch()
		for _, in := range batch {
			c := in.comment
			c.ArticleID = articles[in.article]
			key := *c.Source + "\x00" + *c.SourceID
			if c.ArticleID == 0 {
				done.Rejected++
				refused = append(refused, func() {
					im.Reject(in.line, fmt.Errorf("no imported article has the id %q", in.article))
				})
				continue
			}
			if old := known[key]; old != nil {
				if changed, err := old.UpdateImported(ctx, tx, c); err != nil {
					return err
				} else if changed {
					done.Updated++
				} else {
					done.Unchanged++
				}
				continue
			}
			parent := known[*c.Source+"\x00"+in.parent]
			if parent != nil && (parent.ArticleID != c.ArticleID || parent.ID == 0) {
				parent = nil
			}
			setTimes(&c, tx)
			if err := stored.Insert(ctx, tx, &c, parent); err != nil {
				return fmt.Errorf("line %d: %w", in.line, err)
			}
			if parent == nil && in.parent != "" {
				late = append(late, orphan{in.line, *c.Source, in.parent, c.ID})
			}
			known[key] = &c
			done.Created++
		}
		return stored.Write(ctx, tx)
	})
	if err != nil {
		return err
	}
	for _, tell := range refused {
		tell()
	}
	im.late = append(im.late, late...)
	im.report.Created += done.Created
	im.report.Updated += done.Updated
	im.report.Unchanged += done.Unchanged
	im.report.Rejected += done.Rejected
	return nil
}

// setTimes sets the times of a new comment. A date in the future comes from a
// wrong clock or time zone. It would keep the comment at the top of every list,
// so the time of the import replaces it.
func setTimes(c *discussion.Comment, tx *models.Tx) {
	if c.CreatedAt.IsZero() || c.CreatedAt.After(tx.Now) {
		c.CreatedAt = models.At(tx.Now)
	}
	c.StateAt = c.CreatedAt
}

// lookUp finds the stored comments of a batch and their parents, by source and
// source id, and the articles, by source id.
func (im *Importer) lookUp(ctx context.Context, tx *models.Tx, batch []incoming) (map[string]*discussion.Comment, map[string]int64, error) {
	ids, articleIDs := []string{}, []string{}
	sources := map[string]bool{}
	for _, in := range batch {
		ids = append(ids, *in.comment.SourceID)
		if in.parent != "" {
			ids = append(ids, in.parent)
		}
		articleIDs = append(articleIDs, in.article)
		sources[*in.comment.Source] = true
	}
	known := map[string]*discussion.Comment{}
	for source := range sources {
		var found []*discussion.Comment
		err := tx.Query(ctx).Where("source = ? AND source_id IN ?", source, ids).Find(&found).Error
		if err != nil {
			return nil, nil, err
		}
		for _, c := range found {
			known[source+"\x00"+*c.SourceID] = c
		}
	}
	articles, err := ArticlesBySource(ctx, tx, articleIDs)
	return known, articles, err
}

// ArticlesBySource returns the ids of imported articles by source id. If two sources
// share an id, it returns the article that was imported first.
func ArticlesBySource(ctx context.Context, r models.Queryer, sourceIDs []string) (map[string]int64, error) {
	var rows []struct {
		ID       int64
		SourceID string
	}
	err := r.Query(ctx).Raw("SELECT id, source_id FROM articles WHERE source_id IN ? ORDER BY id DESC", sourceIDs).Scan(&rows).Error
	ids := make(map[string]int64, len(rows))
	for _, row := range rows {
		ids[row.SourceID] = row.ID
	}
	return ids, err
}
