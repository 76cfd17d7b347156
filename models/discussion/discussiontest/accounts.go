package discussiontest

import (
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
)

// Account creates an account.
func (d *Desk) Account(name, email string, role people.Role) *people.User {
	d.Helper()
	u, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: name, Email: email, Role: role})
	d.Check(err)
	return u
}

// Moderator creates the moderator Mona.
func (d *Desk) Moderator() *people.User {
	d.Helper()
	return d.Account("Mona", "mona@courier.example", people.Moderator)
}

// Colleague creates a moderator and returns the account as an actor, too.
func (d *Desk) Colleague(name, email string) (*people.User, models.Actor) {
	d.Helper()
	u := d.Account(name, email, people.Moderator)
	return u, models.Actor{Name: u.Name, UserID: &u.ID}
}

// Ban adds a ban of 24 hours.
func (d *Desk) Ban(kind bans.Kind, target bans.Target, value string) *bans.Ban {
	d.Helper()
	b := bans.Ban{Kind: kind, Target: target, Value: value, Reason: "abuse", EndsAt: models.At(d.Clock.Now().Add(24 * time.Hour))}
	added, err := bans.Add(d.Context(), d.DB, models.Actor{Name: "Mona"}, bans.Guard{}, b, false)
	d.Check(err)
	return added
}

// SetPolicy changes the comment policy of an article.
func (d *Desk) SetPolicy(article int64, policy newsroom.CommentPolicy) {
	d.Helper()
	d.Check(newsroom.SetCommentPolicy(d.Context(), d.DB, models.Actor{Name: "Mona"}, article, policy))
}

// PolicyChanges returns the changes of an article's comment policy, newest first.
func (d *Desk) PolicyChanges(article int64) ([]models.AuditEntry, error) {
	return models.AuditTrail(d.Context(), d.DB, models.Subject{Kind: models.ArticleSubject, ID: article}, 100, newsroom.VerbComments)
}
