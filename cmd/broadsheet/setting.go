package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"broadsheet/models/newsroom/termlist"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
	"broadsheet/models/terms"
)

type settingCmd struct {
	List settingListCmd `cmd:"" help:"List all settings with value, default and meaning."`
	Set  settingSetCmd  `cmd:"" help:"Change a setting."`
}

type settingListCmd struct{}

func (settingListCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		values, err := settings.Stored(a.ctx, db)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "SETTING\tVALUE\tDEFAULT\tMEANING")
		for _, d := range settings.Defs() {
			value, set := values[d.Key]
			if !set {
				value = d.Default
			}
			if lines := strings.Count(strings.TrimSpace(value), "\n"); lines > 0 {
				value = fmt.Sprintf("(%d lines)", lines+1)
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", d.Key, value, d.Default, d.Meaning)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		missing, err := termlist.MissingCategories(a.ctx, db)
		for _, key := range slices.Sorted(maps.Keys(missing)) {
			fmt.Fprintf(a.stdout, "%s: left out, there is no category %s\n", key, strings.Join(missing[key], ", "))
		}
		return err
	})
}

type settingSetCmd struct {
	Key   string `arg:"" help:"The setting."`
	Value string `arg:"" help:"Its new value; - reads it from standard input."`
}

func (c settingSetCmd) Run(a *app) error {
	if c.Value == "-" {
		data, err := io.ReadAll(io.LimitReader(a.stdin, settings.MaxListBytes+1))
		if err != nil {
			return err
		}
		c.Value = string(data)
	}
	return a.use(func(db *models.DB) error {
		err := db.Write(a.ctx, func(tx *models.Tx) error {
			return termlist.SetSetting(a.ctx, tx, c.Key, c.Value)
		})
		if err == nil && settings.IsWordList(c.Key) {
			warnOfTerms(a.stderr, c.Value)
		}
		return err
	})
}

// shownDoubts is how many doubtful terms a command prints.
const shownDoubts = 20

// warnOfTerms prints the terms of a word list that match everyday words, and
// terms that cannot match. The list is stored all the same.
func warnOfTerms(w io.Writer, lines string) {
	doubts := newsroom.WordList(lines).Doubts()
	for _, d := range doubts[:min(len(doubts), shownDoubts)] {
		what := map[terms.Why]string{
			terms.Everyday: "matches everyday words",
			terms.Nothing:  "has no letter, digit or symbol, and matches nothing",
			terms.TooLong:  fmt.Sprintf("is longer than %d bytes, and matches nothing", terms.MaxTermBytes),
		}[d.Why]
		fmt.Fprintf(w, "broadsheet: the term %q %s\n", richtext.Excerpt(d.Term, 60), what)
	}
	if more := len(doubts) - shownDoubts; more > 0 {
		fmt.Fprintf(w, "broadsheet: %d more such terms\n", more)
	}
}
