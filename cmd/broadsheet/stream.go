package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"broadsheet/models"
	"broadsheet/models/dates"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/jsonlines"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// streamRow is a line of a stream.
type streamRow struct {
	discussion.Candidate
	IP      string                `json:"ip"`
	Article jsonlines.LooseString `json:"article_id"`
	Date    *string               `json:"date"`
	Label   string                `json:"label"`
}

// streamAnswer is the line that --json prints for a row.
type streamAnswer struct {
	Row     int                `json:"row"`
	State   discussion.State   `json:"state"`
	Score   float64            `json:"score"`
	Mark    float64            `json:"mark"`
	Reasons discussion.Reasons `json:"reasons"`
	Label   string             `json:"label"`
}

// streamCount counts rows by label and result. Binned rows are in spam or trash.
// Held rows wait for a moderator.
type streamCount struct {
	Spam       int     `json:"spam"`
	Caught     int     `json:"caught"` // spam that was held or binned
	SpamBinned int     `json:"spam_binned"`
	Ham        int     `json:"ham"`
	Held       int     `json:"held"` // ham that was held or binned
	HamBinned  int     `json:"ham_binned"`
	Unlabelled int     `json:"unlabelled"`
	CaughtRate float64 `json:"caught_rate"`
	HeldRate   float64 `json:"held_rate"`
}

// streamSummary is the last line of --json.
type streamSummary struct {
	Rows     int     `json:"rows"`
	Rejected int     `json:"rejected"`
	Mark     float64 `json:"mark"` // at the end
	streamCount
	// AfterFirstQuarter leaves out the first quarter of the rows, in which the
	// site has learnt least.
	AfterFirstQuarter streamCount `json:"after_first_quarter"`
}

// streamWindow is how many rows one line of the table covers.
const streamWindow = 1000

// stream is a run of 'comment judge --stream'.
type stream struct {
	*app
	cmd      commentJudgeCmd
	stream   *learn.Stream
	site     *newsroom.Site
	bar      *progress
	answers  []streamAnswer // without reasons, for the summary
	rejected int
}

// runStream judges the rows of a file in order.
func (c commentJudgeCmd) runStream(a *app) error {
	if c.Delay < 0 {
		return models.Errorf(models.Invalid, "--delay takes a number of rows, 0 or more")
	}
	return a.use(func(db *models.DB) error {
		site, err := newsroom.LoadSite(a.ctx, db)
		if err != nil {
			return err
		}
		s := &stream{app: a, cmd: c, site: site, stream: learn.New(db, site, c.Language, c.Delay)}
		texts, done, err := s.open()
		if err != nil {
			return err
		}
		err = jsonlines.Each(texts, s.line)
		done()
		if err != nil {
			return err
		}
		if err := s.summary(); err != nil {
			return err
		}
		if len(s.answers) == 0 && s.rejected > 0 {
			return errReported
		}
		return nil
	})
}

// open opens the file, with a progress bar. Without a file it returns standard
// input.
func (s *stream) open() (io.Reader, func(), error) {
	if s.cmd.File == "" {
		s.bar = s.newProgress("standard input", -1)
		texts, err := plain(s.stdin)
		return texts, func() {}, err
	}
	file, err := os.Open(s.cmd.File)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	s.bar = s.newProgress(s.cmd.File, info.Size())
	texts, err := plain(io.TeeReader(file, s.bar))
	return texts, func() { s.bar.finish(); _ = file.Close() }, err
}

func (s *stream) line(line int, data []byte, err error) error {
	var row learn.Row
	if err == nil {
		row, err = s.parse(data)
	}
	if err != nil {
		s.rejected++
		fmt.Fprintf(s.stderr, "broadsheet: line %d: %v\n", line, err)
		return s.ctx.Err()
	}
	out := s.stream.Judge(s.ctx, row)
	if err := s.ctx.Err(); err != nil {
		return err
	}
	answer := streamAnswer{Row: line, State: out.State, Score: out.Score, Mark: out.Mark, Label: row.Label}
	s.answers = append(s.answers, answer)
	if s.cmd.JSON {
		answer.Reasons = out.Reasons
		if answer.Reasons == nil {
			answer.Reasons = discussion.Reasons{}
		}
		return json.NewEncoder(s.stdout).Encode(answer)
	}
	if n := len(s.answers); n%streamWindow == 0 {
		return s.window(n - streamWindow)
	}
	return nil
}

func (s *stream) parse(data []byte) (row learn.Row, err error) {
	var in streamRow
	if err := json.Unmarshal(data, &in); err != nil {
		return row, jsonlines.Explain("a comment", err)
	}
	label, ok := learn.ParseLabel(in.Label)
	switch {
	case !ok:
		return row, fmt.Errorf("the label %q is neither spam nor ham", in.Label)
	case richtext.Blank(in.Text):
		return row, errors.New("the comment has no text")
	}
	row = learn.Row{Candidate: in.Candidate, IP: in.IP, Article: string(in.Article), Label: label}
	if in.Date != nil && *in.Date != "" {
		at, err := dates.Parse(*in.Date, s.site.TimeZone)
		if err != nil {
			return row, err
		}
		row.Date = at
	}
	return row, nil
}

// window prints a line of the table, for the answers from index from on.
func (s *stream) window(from int) error {
	part := s.answers[from:]
	if from == 0 {
		fmt.Fprintln(s.stdout, "rows               spam caught            good held              binned (good)  mark")
	}
	c := countStream(part)
	_, err := fmt.Fprintf(s.stdout, "%7d to %-7d %5d of %-5d %6.2f%%  %5d of %-5d %6.2f%%  %6d (%d)  %10.2f\n",
		from+1, from+len(part), c.Caught, c.Spam, 100*c.CaughtRate, c.Held, c.Ham, 100*c.HeldRate,
		c.SpamBinned+c.HamBinned, c.HamBinned, part[len(part)-1].Mark)
	return err
}

// summary prints the totals of all rows.
func (s *stream) summary() error {
	sum := streamSummary{Rows: len(s.answers), Rejected: s.rejected, streamCount: countStream(s.answers)}
	sum.AfterFirstQuarter = countStream(s.answers[len(s.answers)/4:])
	if n := len(s.answers); n > 0 {
		sum.Mark = s.answers[n-1].Mark
	}
	if s.cmd.JSON {
		return json.NewEncoder(s.stdout).Encode(map[string]streamSummary{"summary": sum})
	}
	if n := len(s.answers); n%streamWindow > 0 {
		if err := s.window(n - n%streamWindow); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name string
		c    streamCount
	}{{"all rows", sum.streamCount}, {"after the first quarter", sum.AfterFirstQuarter}} {
		_, err := fmt.Fprintf(s.stdout, "%s: caught %d of %d (%.2f%%), held %d of %d good (%.2f%%), binned %d, %d of them good\n",
			part.name, part.c.Caught, part.c.Spam, 100*part.c.CaughtRate, part.c.Held, part.c.Ham, 100*part.c.HeldRate,
			part.c.SpamBinned+part.c.HamBinned, part.c.HamBinned)
		if err != nil {
			return err
		}
	}
	return nil
}

func countStream(list []streamAnswer) (c streamCount) {
	for _, a := range list {
		stopped, binned := a.State != discussion.Approved, a.State == discussion.Spam || a.State == discussion.Trashed
		switch a.Label {
		case "spam":
			c.Spam, c.Caught, c.SpamBinned = c.Spam+1, c.Caught+one(stopped), c.SpamBinned+one(binned)
		case "ham":
			c.Ham, c.Held, c.HamBinned = c.Ham+1, c.Held+one(stopped), c.HamBinned+one(binned)
		default:
			c.Unlabelled++
		}
	}
	c.CaughtRate, c.HeldRate = float64(c.Caught)/float64(max(c.Spam, 1)), float64(c.Held)/float64(max(c.Ham, 1))
	return c
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
