package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/jsonlines"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

type commentJudgeCmd struct {
	File     string `arg:"" optional:"" help:"JSON Lines with author, email, url and text, plain or gzipped; standard input by default."`
	JSON     bool   `name:"json" help:"One JSON object a line: state, score, reasons."`
	Language string `help:"Language of the article, such as en."`
	Stream   bool   `help:"${help_stream}"`
	Delay    int    `default:"20" help:"With --stream: after how many rows a label is learnt."`
}

// judgement is the result for one text.
type judgement struct {
	State   discussion.State   `json:"state"`
	Score   float64            `json:"score"`
	Reasons discussion.Reasons `json:"reasons"`
}

func (c commentJudgeCmd) Run(a *app) error {
	if c.Stream {
		return c.runStream(a)
	}
	texts, closeTexts, err := a.openTexts(c.File)
	if err != nil {
		return err
	}
	defer closeTexts()
	return a.use(func(db *models.DB) error {
		site, err := newsroom.LoadSite(a.ctx, db)
		if err != nil {
			return err
		}
		return jsonlines.Each(texts, func(line int, data []byte, err error) error {
			var candidate discussion.Candidate
			if err == nil {
				if err = json.Unmarshal(data, &candidate); err != nil {
					err = jsonlines.Explain("a comment", err)
				}
			}
			if err == nil && richtext.BlankComment(candidate.Text) {
				err = errors.New("the comment has no text")
			}
			if err != nil {
				fmt.Fprintf(a.stderr, "broadsheet: line %d: %v\n", line, err)
				return a.ctx.Err()
			}
			state, reasons := discussion.Judge(a.ctx, db, site, candidate, c.Language)
			if err := c.print(a.stdout, candidate, newJudgement(state, reasons)); err != nil {
				return err
			}
			return a.ctx.Err()
		})
	})
}

func newJudgement(state discussion.State, reasons discussion.Reasons) judgement {
	j := judgement{State: state, Reasons: reasons}
	if reasons == nil {
		j.Reasons = discussion.Reasons{}
	}
	for _, r := range reasons {
		if r.Rule == discussion.SpamScoreRule {
			j.Score = r.Weight
		}
	}
	return j
}

func (c commentJudgeCmd) print(w io.Writer, candidate discussion.Candidate, j judgement) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(j)
	}
	fmt.Fprintf(w, "%-7s %6.2f  %s\n", j.State, j.Score, richtext.Excerpt(strings.Join(strings.Fields(candidate.Text), " "), 60))
	for _, r := range j.Reasons {
		name, what := views.EnglishReason(r.Rule, r.Detail)
		if _, err := fmt.Fprintf(w, "        %6.2f  %s: %s\n", r.Weight, name, what); err != nil {
			return err
		}
	}
	return nil
}

// openTexts opens a file of JSON Lines, or standard input for none.
func (a *app) openTexts(path string) (io.Reader, func() error, error) {
	if path == "" {
		return a.stdin, func() error { return nil }, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	r, err := plain(file)
	return r, file.Close, err
}
