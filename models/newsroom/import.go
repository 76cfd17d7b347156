package newsroom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/dates"
	"broadsheet/models/jsonlines"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Row is one line of an article import: JSON with these fields, of which
// only the title must be there.
type Row struct {
	ID            jsonlines.LooseString `json:"id"`
	Source        string                `json:"source"`
	Lang          string                `json:"lang"`
	Title         string                `json:"title"`
	Slug          jsonlines.LooseString `json:"slug"`
	Summary       string                `json:"summary"`
	Body          string                `json:"body"`
	BodyFormat    string                `json:"body_format"` // markdown, html, text or none
	Categories    []string              `json:"categories"`
	Subcategories []string              `json:"subcategories"` // below the first category
	Authors       []string              `json:"authors"`
	Tags          []string              `json:"tags"`
	Date          jsonlines.LooseString `json:"date"` // see dates.Parse; "" or null: none
}

// ImportSource is the source of rows that name none.
const ImportSource = "import"

// draft turns a row into a manuscript.
func (row Row) manuscript(site *Site) (Manuscript, error) {
	d := Manuscript{
		Source: row.Source, SourceID: string(row.ID), Title: row.Title, Slug: string(row.Slug), Standfirst: row.Summary,
		Language: row.Lang, Body: row.Body,
	}
	if d.Source == "" {
		d.Source = ImportSource
	}
	if d.SourceID == "" {
		return d, errors.New("the row has no id")
	}
	format, err := richtext.ParseFormat(row.BodyFormat)
	if err != nil {
		return d, err
	}
	d.Format = format
	line := lineReader(format)
	d.Title, d.Standfirst = line(d.Title), line(d.Standfirst)
	if date := strings.TrimSpace(string(row.Date)); date != "" {
		if d.PublishedAt, err = dates.Parse(date, site.TimeZone); err != nil {
			return d, err
		}
	}
	for _, name := range row.Authors {
		d.Authors = append(d.Authors, AuthorRef{Name: line(name)})
	}
	for _, name := range row.Categories {
		if ref, ok := ParseCategory(line(name)); ok {
			d.Categories = append(d.Categories, ref)
		}
	}
	if len(d.Categories) > 0 {
		top := d.Categories[0]
		for i, name := range row.Subcategories {
			name = line(name)
			if slug := taxonomy.TermSlug(name); slug != "" && len(top.Names) < taxonomy.MaxDepth {
				ref := taxonomy.CategoryRef{Path: top.Path + "/" + slug, Names: append(slices.Clone(top.Names), name)}
				// The narrowest section is the story's main one.
				d.Categories = append(d.Categories[:i:i], append([]taxonomy.CategoryRef{ref}, d.Categories[i:]...)...)
			}
		}
	}
	d.Categories = d.Categories[:min(len(d.Categories), MaxCategories)]
	for _, name := range row.Tags[:min(len(row.Tags), MaxTags)] {
		d.Tags = append(d.Tags, line(name))
	}
	d.Authors = d.Authors[:min(len(d.Authors), MaxAuthors)]
	return d, nil
}

// lineReader returns the function that reads a row's lines, such as its title.
// Lines with a body of HTML or of Markdown, which may hold HTML, are read as
// HTML: such systems keep "Tom &amp; Jerry" and "<em>Hamlet</em>" in their
// titles. Lines with a body of plain text, or without one, are read as text.
func lineReader(body richtext.Format) func(string) string {
	if body == richtext.Text {
		return richtext.PlainLine
	}
	return richtext.HTMLLine
}

// ParseCategory reads a section as people write it, parents first:
// "World News/Middle East". ok is false when nothing of it can be a slug.
func ParseCategory(name string) (ref taxonomy.CategoryRef, ok bool) {
	var slugs []string
	for part := range strings.SplitSeq(name, "/") {
		part = richtext.PlainLine(part)
		slug := taxonomy.TermSlug(part)
		if slug == "" || richtext.TooLong(part, MaxName) {
			continue
		}
		slugs = append(slugs, slug)
		ref.Names = append(ref.Names, part)
	}
	if len(slugs) == 0 || len(slugs) > taxonomy.MaxDepth {
		return ref, false
	}
	ref.Path = strings.Join(slugs, "/")
	return ref, true
}

// ImportReport counts what an import did.
type ImportReport struct {
	Created, Updated, Unchanged, Rejected int
}

// Total is the number of rows looked at.
func (r ImportReport) Total() int { return r.Created + r.Updated + r.Unchanged + r.Rejected }

// Importer takes articles in. Rows are written in batches of one transaction
// each, so that a running site stays quick and a stopped import keeps what it
// has.
type Importer struct {
	DB *models.DB
	// Reject is told of each row that cannot be taken, by its line number.
	Reject func(line int, err error)
	// Progress is told after each batch; may be nil.
	Progress func(ImportReport)
}

// importBatch is how many rows share a transaction.
const importBatch = 200

// Run reads JSON Lines until the end. The error is about reading or the
// database; a bad row is only rejected.
func (im *Importer) Run(ctx context.Context, rows io.Reader) (ImportReport, error) {
	var report ImportReport
	site, err := LoadSite(ctx, im.DB)
	if err != nil {
		return report, err
	}
	var batch []preparedRow
	flush := func() error {
		err := im.write(ctx, batch, &report)
		batch = batch[:0]
		if im.Progress != nil {
			im.Progress(report)
		}
		return err
	}
	err = jsonlines.Each(rows, func(line int, data []byte, err error) error {
		if err == nil {
			var p *Prepared
			if p, err = prepareRow(data, site); err == nil {
				batch = append(batch, preparedRow{line, p})
			}
		}
		if err != nil {
			report.Rejected++
			im.Reject(line, err)
		}
		if len(batch) >= importBatch {
			return flush()
		}
		return ctx.Err()
	})
	if err == nil || ctx.Err() == nil {
		err = errors.Join(err, flush())
	}
	return report, err
}

type preparedRow struct {
	line int
	*Prepared
}

func prepareRow(data []byte, site *Site) (*Prepared, error) {
	var row Row
	if err := json.Unmarshal(data, &row); err != nil {
		return nil, jsonlines.Explain("an article", err)
	}
	d, err := row.manuscript(site)
	if err != nil {
		return nil, err
	}
	return Prepare(d)
}

func (im *Importer) write(ctx context.Context, batch []preparedRow, report *ImportReport) error {
	if len(batch) == 0 {
		return nil
	}
	var done ImportReport
	var refused []func()
	err := im.DB.WriteMany(ctx, func(tx *models.Tx) error {
		done, refused = ImportReport{}, nil
		site, err := LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		s := newSaver(tx, site, models.ActorImport)
		s.importing = true
		for _, row := range batch {
			_, outcome, err := s.save(ctx, row.Prepared)
			if models.KindOf(err) == models.Invalid {
				done.Rejected++
				refused = append(refused, func() { im.Reject(row.line, err) })
				continue
			}
			if err != nil {
				return fmt.Errorf("line %d: %w", row.line, err)
			}
			switch outcome {
			case Created:
				done.Created++
			case Updated:
				done.Updated++
			default:
				done.Unchanged++
			}
		}
		return s.flush(ctx)
	})
	if err != nil {
		return err
	}
	for _, tell := range refused {
		tell()
	}
	report.Created += done.Created
	report.Updated += done.Updated
	report.Unchanged += done.Unchanged
	report.Rejected += done.Rejected
	return nil
}
