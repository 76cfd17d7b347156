package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/people"
)

// Kept is the data that the site keeps about a commenter beside the comments.
type Kept struct {
	Recommendations []KeptVoice
	Reports         []KeptVoice
	Follows         []Follow
	Addresses       []people.Address
	Mails           []KeptMail
}

// KeptVoice is a recommendation or a report by the commenter's browser.
type KeptVoice struct {
	CommentID int64
	Reason    string // of a report
	Note      string // of a report
	Network   string
	At        models.Time
}

// KeptMail is a mail to the commenter that waits, or could not be sent.
type KeptMail struct {
	Kind  string
	RunAt models.Time
	Dead  bool
}

// Collector gathers the data that the site keeps about a commenter. Call
// Comments with each batch of comments, then Rest once.
type Collector struct{ traces *traces }

// NewCollector returns an empty Collector for a commenter.
func NewCollector(w Commenter) Collector { return Collector{newTraces(w)} }

// Comments records the browsers and addresses of a batch of the commenter's
// comments. It returns the texts before edits, by comment number.
func (k Collector) Comments(ctx context.Context, r models.Queryer, list []Comment) (map[int64][]Version, error) {
	k.traces.of(list)
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var rows []version
	if err := r.Query(ctx).Where("comment_id IN ?", ids).Order("comment_id, version").Find(&rows).Error; err != nil {
		return nil, err
	}
	before := map[int64][]Version{}
	for _, row := range rows {
		before[row.CommentID] = append(before[row.CommentID], Version{row.Version, row.At, row.Text})
	}
	return before, nil
}

// Rest returns the data of the browsers and addresses that Comments has
// recorded.
func (k Collector) Rest(ctx context.Context, r models.Queryer) (kept Kept, err error) {
	tokens, emails := k.traces.lists()
	for _, q := range []struct {
		into any
		text string
		args []any
	}{
		{&kept.Recommendations, "SELECT comment_id, network, at FROM recommendations WHERE token_hash IN ? AND NOT expired ORDER BY id", []any{tokens}},
		{&kept.Reports, "SELECT comment_id, reason, note, network, at FROM reports WHERE token_hash IN ? AND NOT expired ORDER BY id", []any{tokens}},
		{&kept.Follows, "SELECT * FROM follows WHERE email IN ? ORDER BY comment_id", []any{emails}},
		{&kept.Addresses, "SELECT * FROM addresses WHERE email IN ? ORDER BY email", []any{emails}},
		{&kept.Mails, "SELECT kind, run_at, dead FROM jobs WHERE kind IN ? AND key IN ? ORDER BY id", []any{addressJobs, emails}},
	} {
		if err := r.Query(ctx).Raw(q.text, q.args...).Scan(q.into).Error; err != nil {
			return kept, err
		}
	}
	return kept, nil
}
