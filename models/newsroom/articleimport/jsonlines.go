package articleimport

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
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Row is one line of an import: a JSON object with these fields. Only the id and
// the title are required.
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
	Republish     *bool                 `json:"republish"`
	// TranslationKey is the same in the rows that are translations of each other.
	TranslationKey *jsonlines.LooseString `json:"translation_key"`
}

// DefaultSource is the source of rows that have none.
const DefaultSource = "import"

// manuscript returns the row as a manuscript. Lists that are too long are cut.
func (row Row) manuscript(site *newsroom.Site) (newsroom.Manuscript, error) {
	m := newsroom.Manuscript{
		Source: row.Source, SourceID: string(row.ID), Title: row.Title, Slug: string(row.Slug), Standfirst: row.Summary,
		Language: row.Lang, Body: row.Body, Republish: row.Republish,
	}
	if m.Source == "" {
		m.Source = DefaultSource
	}
	if m.SourceID == "" {
		return m, errors.New("the row has no id")
	}
	format, err := richtext.ParseFormat(row.BodyFormat)
	if err != nil {
		return m, err
	}
	m.Format = format
	m.TranslationKey = (*string)(row.TranslationKey)
	line := lineReader(format)
	m.Title, m.Standfirst = line(m.Title), line(m.Standfirst)
	if date := strings.TrimSpace(string(row.Date)); date != "" {
		if m.PublishedAt, err = dates.Parse(date, site.TimeZone); err != nil {
			return m, err
		}
	}
	for _, name := range row.Authors[:min(len(row.Authors), newsroom.MaxAuthors)] {
		m.Authors = append(m.Authors, newsroom.AuthorRef{Name: line(name)})
	}
	m.Categories = row.categories(line)
	for _, name := range row.Tags[:min(len(row.Tags), newsroom.MaxTags)] {
		m.Tags = append(m.Tags, line(name))
	}
	return m, nil
}

// categories returns the categories of a row. The subcategories come first, from
// the narrowest: the first one is the article's main category.
func (row Row) categories(line func(string) string) (refs []taxonomy.CategoryRef) {
	for _, name := range row.Categories {
		if ref, ok := newsroom.ParseCategory(line(name)); ok {
			refs = append(refs, ref)
		}
	}
	if len(refs) > 0 {
		top := refs[0]
		for i, name := range row.Subcategories {
			name = line(name)
			if slug := taxonomy.TermSlug(name); slug != "" && len(top.Names) < taxonomy.MaxDepth {
				ref := taxonomy.CategoryRef{Path: top.Path + "/" + slug, Names: append(slices.Clone(top.Names), name)}
				refs = append(refs[:i:i], append([]taxonomy.CategoryRef{ref}, refs[i:]...)...)
			}
		}
	}
	return refs[:min(len(refs), newsroom.MaxCategories)]
}

// lineReader returns the function that reads a row's lines, such as its title,
// for the format of its body. Beside HTML, and Markdown, which may contain HTML,
// lines are read as HTML: such systems store "Tom &amp; Jerry" and
// "<em>Hamlet</em>" in their titles. Beside plain text, or without a body, lines
// are read as text.
func lineReader(body richtext.Format) func(string) string {
	if body == richtext.Text {
		return richtext.PlainLine
	}
	return richtext.HTMLLine
}

// Report counts the rows of an import by outcome.
type Report struct {
	Created, Updated, Unchanged, Rejected int
}

// Total returns the number of rows.
func (r Report) Total() int { return r.Created + r.Updated + r.Unchanged + r.Rejected }

func (r *Report) add(other Report) {
	r.Created += other.Created
	r.Updated += other.Updated
	r.Unchanged += other.Unchanged
	r.Rejected += other.Rejected
}

// Importer imports articles. Each batch of rows is one transaction, so that a
// running site stays fast and an interrupted import keeps its finished batches.
type Importer struct {
	DB *models.DB
	// Reject is called for each invalid row, with its line number.
	Reject func(line int, err error)
	// Progress is called after each batch; may be nil.
	Progress func(Report)
}

// batchSize is how many rows share a transaction.
const batchSize = 200

// Run reads JSON Lines until the end. It returns an error of reading or of the
// database; invalid rows are rejected and counted.
func (im *Importer) Run(ctx context.Context, rows io.Reader) (Report, error) {
	var report Report
	site, err := newsroom.LoadSite(ctx, im.DB)
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
			var p *newsroom.Prepared
			if p, err = prepareRow(data, site); err == nil {
				batch = append(batch, preparedRow{line, p})
			}
		}
		if err != nil {
			report.Rejected++
			im.Reject(line, err)
		}
		if len(batch) >= batchSize {
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
	*newsroom.Prepared
}

func prepareRow(data []byte, site *newsroom.Site) (*newsroom.Prepared, error) {
	var row Row
	if err := json.Unmarshal(data, &row); err != nil {
		return nil, jsonlines.Explain("an article", err)
	}
	m, err := row.manuscript(site)
	if err != nil {
		return nil, err
	}
	return newsroom.Prepare(m)
}

func (im *Importer) write(ctx context.Context, batch []preparedRow, report *Report) error {
	if len(batch) == 0 {
		return nil
	}
	var done Report
	var rejected []func()
	err := im.DB.WriteMany(ctx, func(tx *models.Tx) error {
		done, rejected = Report{}, nil
		site, err := newsroom.LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		s := newsroom.NewSaver(tx, site, models.ActorImport)
		s.Importing = true
		for _, row := range batch {
			_, outcome, err := s.Save(ctx, row.Prepared)
			if models.KindOf(err) == models.Invalid {
				done.Rejected++
				rejected = append(rejected, func() { im.Reject(row.line, err) })
				continue
			}
			if err != nil {
				return fmt.Errorf("line %d: %w", row.line, err)
			}
			switch outcome {
			case newsroom.Created:
				done.Created++
			case newsroom.Updated:
				done.Updated++
			default:
				done.Unchanged++
			}
		}
		return s.Flush(ctx)
	})
	if err != nil {
		return err
	}
	for _, reject := range rejected {
		reject()
	}
	report.add(done)
	return nil
}
