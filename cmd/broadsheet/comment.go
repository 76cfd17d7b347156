package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/bystate"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/discussion/transparency"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/richtext"
)

type commentCmd struct {
	Import commentImportCmd `cmd:"" help:"Import comments from JSON Lines, plain or gzipped."`
	List   commentListCmd   `cmd:"" help:"List comments, newest first."`
	Judge  commentJudgeCmd  `cmd:"" help:"Run texts through the rules and the spam score, storing nothing."`
	Revoke commentRevokeCmd `cmd:"" help:"Take back every proof that an email address belongs to a commenter."`
	Report commentReportCmd `cmd:"" help:"Write the yearly report about moderation as CSV."`
	Decide commentDecideCmd `cmd:"" help:"Approve comments, hold them, or move them to spam or trash."`
}

type commentImportCmd struct {
	Files []string `arg:"" name:"file" help:"JSON Lines: one comment a line."`
}

// Help describes dates, rejected rows and the exit code.
func (commentImportCmd) Help() string { return importHelp }

func (c commentImportCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		return a.importFiles(c.Files, func(rows io.Reader, bar *progress) (articleimport.Report, error) {
			im := imports.Importer{DB: db, Reject: bar.reject, Progress: bar.report}
			return im.Run(a.ctx, rows)
		})
	})
}

type commentListCmd struct {
	State   string `help:"hold, approve, spam or trash; all by default."`
	Article int64  `help:"Only comments on the article with this number."`
	JSON    bool   `name:"json" help:"One JSON object a line."`
}

// listPage is how many comments are read at a time.
const listPage = 500

func (c commentListCmd) Run(a *app) error {
	q := bystate.Queue{ArticleID: c.Article, Limit: listPage}
	if c.State != "" {
		state, err := discussion.ParseState(c.State)
		if err != nil {
			return err
		}
		q.State = state
	}
	return a.use(func(db *models.DB) error {
		table := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
		if !c.JSON {
			fmt.Fprintln(table, "ID\tSTATE\tARTICLE\tAUTHOR\tDATE\tTEXT")
		}
		for {
			page, err := q.List(a.ctx, db)
			if err != nil {
				return err
			}
			for i := range page {
				if c.JSON {
					err = json.NewEncoder(a.stdout).Encode(jsonComment(&page[i]))
				} else {
					_, err = fmt.Fprintln(table, commentLine(&page[i]))
				}
				if err != nil {
					return err
				}
			}
			if len(page) < listPage {
				return table.Flush()
			}
			q.After = &page[len(page)-1]
		}
	})
}

func commentLine(c *discussion.Comment) string {
	text := richtext.Excerpt(strings.Join(strings.Fields(c.Text), " "), 60)
	return fmt.Sprintf("%d\t%s\t%d\t%s\t%s\t%s", c.ID, c.State, c.ArticleID, c.Author, c.CreatedAt.Format("2006-01-02 15:04"), text)
}

// commentJSON is the JSON form of a comment for scripts.
type commentJSON struct {
	ID        int64              `json:"id"`
	ArticleID int64              `json:"article_id"`
	ParentID  int64              `json:"parent_id"`
	State     discussion.State   `json:"state"`
	Author    string             `json:"author"`
	Email     string             `json:"email"`
	URL       string             `json:"url"`
	Text      string             `json:"text"`
	HTML      string             `json:"html"`
	CreatedAt time.Time          `json:"created_at"`
	Reasons   discussion.Reasons `json:"reasons"`
}

func jsonComment(c *discussion.Comment) commentJSON {
	reasons := c.Reasons
	if reasons == nil {
		reasons = discussion.Reasons{}
	}
	return commentJSON{c.ID, c.ArticleID, c.ParentID, c.State, c.Author, c.Email, c.URL, c.Text, c.HTML, c.CreatedAt.Time, reasons}
}

type commentDecideCmd struct {
	Action  string  `arg:"" enum:"approve,hold,spam,trash,restore" help:"approve, hold, spam, trash or restore."`
	IDs     []int64 `arg:"" optional:"" name:"id" help:"Numbers of comments."`
	AllHeld bool    `help:"Decide every held comment."`
	Reason  string  `help:"For the log."`
}

func (c commentDecideCmd) Run(a *app) error {
	if c.AllHeld == (len(c.IDs) > 0) {
		return models.Errorf(models.Invalid, "give the numbers of comments, or --all-held")
	}
	action := discussion.Action(c.Action)
	return a.use(func(db *models.DB) error {
		if c.AllHeld {
			n, err := discussion.DecideAllHeld(a.ctx, db, models.ActorCommand, action, c.Reason)
			fmt.Fprintf(a.stdout, "%d decided: %s\n", n, action)
			return err
		}
		var seen []discussion.Versioned
		for _, id := range c.IDs {
			seen = append(seen, discussion.Versioned{ID: id})
		}
		_, results, err := discussion.Decide(a.ctx, db, models.ActorCommand, seen, discussion.Verdict{Action: action, Reason: c.Reason})
		if err != nil {
			return err
		}
		return a.printDecisions(results, action)
	})
}

func (a *app) printDecisions(results []discussion.DecisionResult, action discussion.Action) error {
	failed := false
	for _, d := range results {
		switch {
		case d.Missing:
			failed = true
			fmt.Fprintf(a.stderr, "broadsheet: there is no comment %d; 'broadsheet comment list' shows them\n", d.ID)
		case d.Refused:
			failed = true
			fmt.Fprintf(a.stderr, "broadsheet: comment %d is %s; %s is not possible\n", d.ID, d.From, action)
		default:
			fmt.Fprintf(a.stdout, "comment %d: %s → %s\n", d.ID, d.From, d.To)
		}
	}
	if failed {
		return errReported
	}
	return nil
}

type commentRevokeCmd struct {
	Email string `arg:"" help:"The address. Cookies and mailed links that have proved it so far no longer count."`
}

func (c commentRevokeCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		n, err := notify.RevokeProofs(a.ctx, db, c.Email)
		if err == nil {
			fmt.Fprintf(a.stdout, "proofs of %s revoked, %d comments no longer verified\n", c.Email, n)
		}
		return err
	})
}

type commentReportCmd struct {
	Year int `required:"" help:"The year, in the site's time zone."`
}

func (c commentReportCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		site, err := newsroom.LoadSite(a.ctx, db)
		if err != nil {
			return err
		}
		from, until := transparency.Year(c.Year, site.TimeZone)
		report, err := transparency.Of(a.ctx, db, from, until)
		if err != nil {
			return err
		}
		return report.WriteCSV(a.stdout)
	})
}
