package main

import (
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/searchindex"
)

type searchCmd struct {
	Rebuild searchRebuildCmd `cmd:"" help:"Build the index of the readers' search again."`
}

type searchRebuildCmd struct{}

// Help adds to the help of the command.
func (searchRebuildCmd) Help() string {
	return `The command may run beside the server: readers search the former index until the
new one is complete, and articles may be saved meanwhile. When it is stopped, the
server or the same command goes on where it was.`
}

func (searchRebuildCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		begin := time.Now()
		var show func(int)
		shown, total := false, 0
		err := search.Rebuild(a.ctx, db, func(done, all int) {
			if !shown {
				show, shown = a.counter("articles", all), true
			}
			if total = all; show != nil {
				show(done)
			}
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.stdout, "the index of %d articles was built in %s\n", total, time.Since(begin).Round(time.Second/10))
		return err
	})
}

// lookAtSearch compares the index of the search with the articles.
func lookAtSearch(a *app, db *models.DB) (finding, error) {
	f := finding{what: "search index", says: "has all public articles"}
	behind, filled, err := searchindex.Behind(a.ctx, db)
	if err == nil && behind > 0 {
		f.wrong, f.says = filled, fmt.Sprintf("%d public articles cannot be found yet", behind)
		f.advice = "a running server adds them in the background; 'broadsheet search rebuild' does it now"
	}
	return f, err
}
