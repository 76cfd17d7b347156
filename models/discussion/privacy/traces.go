package privacy

import (
	"context"
	"maps"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"
)

// traces are the data about a commenter beside the comments: recommendations
// and reports by the browser, its requests for digests, the rows of the email
// addresses, and what moderators have noted.
type traces struct {
	commenter Commenter
	tokens    map[string]bool // stored forms of the browsers' tokens
	emails    map[string]bool
	maybe     map[string]bool // tokens of browsers that have only typed the address
}

func newTraces(who Commenter) *traces {
	t := &traces{commenter: who, tokens: map[string]bool{}, emails: map[string]bool{}, maybe: map[string]bool{}}
	if who.Token != "" {
		t.tokens[discussion.HashToken(who.Token)] = true
	}
	if who.TokenHash != "" {
		t.tokens[who.TokenHash] = true
	}
	if who.Email != "" {
		t.emails[who.Email] = true
	}
	return t
}

// of adds the browsers and addresses of some comments. When the owner of an
// address asks, it adds only browsers that have verified the address: another
// browser may only have typed it, and its traces belong to another person.
func (t *traces) of(list []discussion.Comment) {
	for i := range list {
		c := &list[i]
		switch {
		case c.TokenHash == "":
		case t.commenter.byBrowser() || c.Verified:
			t.tokens[c.TokenHash] = true
		case t.commenter.Everywhere:
			t.maybe[c.TokenHash] = true
		}
		if c.Email != "" {
			t.emails[c.Email] = true
		}
	}
}

// lists returns the stored forms of the tokens, and the addresses.
func (t *traces) lists() (tokens, emails []string) {
	return slices.Sorted(maps.Keys(t.tokens)), slices.Sorted(maps.Keys(t.emails))
}

// addressJobs are the kinds of jobs with an address as their key.
var addressJobs = []string{discussion.JobDaily, discussion.JobLink, discussion.JobProof}

// forgetReports begins the statement that removes what identifies the senders of
// reports.
const forgetReports = "UPDATE reports SET network = 'expired ' || id, token_hash = '', note = '', name = '', email = ''," +
	" proven = FALSE, expired = TRUE "

// remove removes the traces. A recommendation or a report still counts, as one
// of an unknown reader, like those that have expired.
func (t *traces) remove(ctx context.Context, tx *models.Tx) error {
	for _, token := range slices.Sorted(maps.Keys(t.maybe)) {
		var others []int64
		err := tx.Query(ctx).Raw("SELECT id FROM comments WHERE token_hash = ? AND token_hash <> '' LIMIT 1", token).Scan(&others).Error
		if err != nil {
			return err
		}
		if len(others) == 0 {
			t.tokens[token] = true
		}
	}
	tokens, emails := t.lists()
	if len(tokens) > 0 {
		for _, statement := range []string{
			"UPDATE recommendations SET network = 'expired ' || id, token_hash = 'expired ' || id, expired = TRUE WHERE token_hash IN ?",
			forgetReports + "WHERE token_hash IN ?",
		} {
			if err := tx.Query(ctx).Exec(statement, tokens).Error; err != nil {
				return err
			}
		}
	}
	if err := subscription.ForgetRequests(ctx, tx, tokens); err != nil {
		return err
	}
	if err := t.removeNotes(ctx, tx, tokens, emails); err != nil {
		return err
	}
	for _, email := range emails {
		if err := t.removeAddress(ctx, tx, email); err != nil {
			return err
		}
	}
	return nil
}

// removeNotes removes the moderators' notes about the commenter, and the trust in the
// commenter. It keeps those about an address that comments of others still use.
func (t *traces) removeNotes(ctx context.Context, tx *models.Tx, tokens, emails []string) error {
	var free []string
	for _, email := range emails {
		used, err := t.inUse(ctx, tx, email)
		if err != nil {
			return err
		}
		if !used {
			free = append(free, email)
		}
	}
	if err := writernotes.Forget(ctx, tx, tokens, free, t.commenter.Email); err != nil {
		return err
	}
	return bans.ForgetTrust(ctx, tx, tokens, free)
}

// inUse reports whether comments of others use an address that the commenter has not
// proven to own.
func (t *traces) inUse(ctx context.Context, tx *models.Tx, email string) (bool, error) {
	if email == t.commenter.Email {
		return false, nil
	}
	var others []int64
	err := tx.Query(ctx).Raw("SELECT id FROM comments WHERE email = ? AND email <> '' LIMIT 1", email).Scan(&others).Error
	return len(others) > 0, err
}

// removeAddress removes the rows of an address. It keeps them while a comment
// uses the address, unless the owner of the address asks.
func (t *traces) removeAddress(ctx context.Context, tx *models.Tx, email string) error {
	proven := email == t.commenter.Email
	if used, err := t.inUse(ctx, tx, email); err != nil || used {
		return err
	}
	if err := tx.Query(ctx).Where("email = ?", email).Delete(&discussion.Follow{}).Error; err != nil {
		return err
	}
	if err := queue.Remove(ctx, tx, addressJobs, []string{email}); err != nil {
		return err
	}
	if proven {
		if err := tx.Query(ctx).Exec(forgetReports+"WHERE email = ? AND proven", email).Error; err != nil {
			return err
		}
		if err := subscription.Forget(ctx, tx, email); err != nil {
			return err
		}
	}
	return people.ForgetAddress(ctx, tx, email, proven)
}
