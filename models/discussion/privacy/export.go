package privacy

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
	"broadsheet/models/subscription"
)

// OtherData is the data that the site keeps about a commenter beside the comments.
type OtherData struct {
	Recommendations []Reaction
	Reports         []Reaction
	Follows         []discussion.Follow
	Appeals         []Appeal
	Addresses       []people.Address
	Mails           []QueuedMail
	Subscriptions   []subscription.Exported // to digests; only for the owner of the address
}

// Reaction is a recommendation or a report by the commenter's browser.
type Reaction struct {
	CommentID int64
	Reason    string // of a report
	Note      string // of a report
	Law       string // of a notice, with the name and address that were typed there
	Name      string
	Email     string
	Network   string
	At        models.Time
}

// Appeal is the commenter's appeal against a decision.
type Appeal struct {
	CommentID int64
	Text      string
	At        models.Time
	Outcome   string // "" while it waits
	Words     string // the moderator's
}

// QueuedMail is a mail to the commenter that waits, or could not be sent.
type QueuedMail struct {
	Kind  string
	RunAt models.Time
	Dead  bool
}

// Collector gathers the data that the site keeps about a commenter. Call
// Comments with each batch of comments, then Rest once.
type Collector struct{ traces *traces }

// NewCollector returns an empty Collector for a commenter.
func NewCollector(who Commenter) Collector { return Collector{newTraces(who)} }

// Comments records the browsers and addresses of a batch of the commenter's
// comments. It returns the texts before edits, by comment number.
func (k Collector) Comments(ctx context.Context, r models.Queryer, list []discussion.Comment) (map[int64][]discussion.Version, error) {
	k.traces.of(list)
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return discussion.VersionsOf(ctx, r, ids)
}

// Rest returns the data of the browsers and addresses that Comments has
// recorded.
func (k Collector) Rest(ctx context.Context, r models.Queryer) (data OtherData, err error) {
	tokens, emails := k.traces.lists()
	theirs, who := k.traces.commenter.condition()
	for _, q := range []struct {
		into any
		text string
		args []any
	}{
		{&data.Recommendations, `SELECT comment_id, network, at FROM recommendations
			WHERE token_hash IN ? AND NOT expired ORDER BY id`, []any{tokens}},
		{
			&data.Reports, `SELECT comment_id, reason, note, law, name, email, network, at FROM reports
			WHERE (token_hash IN ? OR email = ? AND email <> '' AND proven) AND NOT expired ORDER BY id`,
			[]any{tokens, k.traces.commenter.Email},
		},
		{&data.Appeals, "SELECT comment_id, text, at, outcome, words FROM appeals WHERE comment_id IN (SELECT id FROM comments WHERE " +
			theirs + ") ORDER BY id", []any{who}},
		{&data.Follows, "SELECT * FROM follows WHERE email IN ? ORDER BY comment_id", []any{emails}},
		{&data.Addresses, "SELECT * FROM addresses WHERE email IN ? ORDER BY email", []any{emails}},
		{&data.Mails, "SELECT kind, run_at, dead FROM jobs WHERE kind IN ? AND key IN ? ORDER BY id", []any{addressJobs, emails}},
	} {
		if err := r.Query(ctx).Raw(q.text, q.args...).Scan(q.into).Error; err != nil {
			return data, err
		}
	}
	if owner := k.traces.commenter.Email; owner != "" {
		data.Subscriptions, err = subscription.Export(ctx, r, []string{owner})
	}
	return data, err
}
