package handlers

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/views"
)

// maxFreeBylines is how many names without an account a page offers.
const maxFreeBylines = 1000

// giveOrTake returns the action that ties the byline of a form to an account, or unties
// it.
func giveOrTake(
	change func(ctx context.Context, db *models.DB, by models.Actor, author int64, account models.Subject) error,
) func(*staff, *request, models.Actor, int64) error {
	return func(st *staff, c *request, by models.Actor, id int64) error {
		u, err := people.ByID(c.ctx(), st.db, id)
		if err != nil {
			return err
		}
		account := models.Subject{Kind: models.AccountSubject, ID: u.ID, Name: u.Name}
		return change(c.ctx(), st.db, by, parseID(c.form.Get("author")), account)
	}
}

// fillBylines lists the bylines of an account, and those that it can get.
func (st *staff) fillBylines(ctx context.Context, u *people.User, v *views.Colleague) error {
	own, err := taxonomy.ListAuthorsOf(ctx, st.db, u.ID)
	if err != nil {
		return err
	}
	free, err := taxonomy.FreeAuthors(ctx, st.db, maxFreeBylines+1)
	if v.MoreBylines = len(free) > maxFreeBylines; v.MoreBylines {
		free = free[:maxFreeBylines]
	}
	v.Bylines, v.FreeBylines = bylineRows(own), bylineRows(free)
	return err
}

// bylineRows converts authors for the page. Of two with one name each shows its slug, too.
func bylineRows(authors []taxonomy.Author) (rows []views.StaffByline) {
	uses := map[string]int{}
	for _, a := range authors {
		uses[a.Name]++
	}
	for _, a := range authors {
		row := views.StaffByline{ID: a.ID, Name: a.Name, URL: permalink.AuthorPath(a.Slug)}
		if uses[a.Name] > 1 {
			row.Slug = a.Slug
		}
		rows = append(rows, row)
	}
	return rows
}
