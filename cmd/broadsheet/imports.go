package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"broadsheet/models"
	"broadsheet/models/newsroom/articleimport"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// importHelp describes dates, rejected rows and the exit code of the commands
// that import rows.
const importHelp = `Each rejected row is reported on standard error, with its line and the reason; the
other rows are imported. The exit code is 0 if at least one row of each file was
imported, and 1 if all rows of a file were rejected or a file cannot be read.
Running the same import again changes nothing.

A date can have any usual form: 2026-11-23, 2026-11-23T09:30:00+01:00, Mon, 23 Nov
2026 09:30:00 GMT, or seconds or milliseconds since 1970. Without a zone it is in
the site's.`

// importFiles runs an import over each file and prints its counts. It reports
// files that cannot be read and files with only rejected rows, and imports the
// others.
func (a *app) importFiles(files []string, run func(io.Reader, *progress) (articleimport.Report, error)) error {
	failed := false
	for _, name := range files {
		report, first, err := a.importFile(name, run)
		fmt.Fprintf(a.stdout, "%s: %d new, %d changed, %d unchanged, %d rejected\n",
			name, report.Created, report.Updated, report.Unchanged, report.Rejected)
		if err == nil && report.Rejected > 0 && report.Rejected == report.Total() {
			err = models.Errorf(models.Invalid,
				"nothing was imported: all rows (%d) were rejected, the first because %v", report.Rejected, first)
		}
		if err != nil {
			failed = true
			a.fail(fmt.Errorf("%s: %w", name, err))
		}
		if a.ctx.Err() != nil {
			return models.Errorf(models.Conflict, "stopped; the rows so far are imported, run the same command again to go on")
		}
	}
	if failed {
		return errReported
	}
	return nil
}

// importFile imports one file. first is the reason of its first rejected row.
func (a *app) importFile(
	name string, run func(io.Reader, *progress) (articleimport.Report, error),
) (report articleimport.Report, first, err error) {
	f, err := os.Open(name)
	if err != nil {
		return report, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return report, nil, err
	}
	p := a.newProgress(name, info.Size())
	defer p.finish()
	rows, err := plain(io.TeeReader(f, p))
	if err != nil {
		return report, nil, err
	}
	report, err = run(rows, p)
	return report, p.first, err
}

// plain decompresses a gzipped stream. It recognises gzip by the first bytes,
// not by the name.
func plain(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		return gzip.NewReader(in)
	}
	return in, nil
}

// progress shows the progress of an import: a bar on a terminal, nothing
// elsewhere.
type progress struct {
	app  *app
	name string
	bar  *progressbar.ProgressBar // nil without a terminal
	// first is the reason of the first rejected row, nil if no row was rejected.
	first error
}

func (a *app) newProgress(name string, size int64) *progress {
	p := &progress{app: a, name: name}
	if f, ok := a.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(size,
			progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(name),
			progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish())
	}
	return p
}

// Write counts the bytes that were read.
func (p *progress) Write(data []byte) (int, error) {
	if p.bar != nil {
		_ = p.bar.Add(len(data)) // only a display
	}
	return len(data), nil
}

func (p *progress) report(r articleimport.Report) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%s: %d rows", p.name, r.Total()))
	}
}

// reject prints the reason for a rejected row.
func (p *progress) reject(line int, err error) {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	if p.first == nil {
		p.first = err
	}
	fmt.Fprintf(p.app.stderr, "%s:%d: not imported: %v\n", p.name, line, err)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
