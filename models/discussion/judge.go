package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// rule is one named step of judging a new comment. It returns nil when it
// has nothing to say.
type rule struct {
	name  string
	judge func(context.Context, models.Reader, *newsroom.Site, *Comment) (*Reason, error)
}

// rules are asked in WordPress's order. The first that asks for Hold
// decides; what the others say is kept with the comment all the same.
var rules = []rule{
	{"hold-all", judgeHoldAll},
	{"links", judgeLinks},
	{"first-comment", judgeFirstComment},
}

// judge decides the state of a new comment and why.
func judge(ctx context.Context, r models.Reader, site *newsroom.Site, c *Comment) (State, Reasons, error) {
	state := Approve
	var reasons Reasons
	for _, rule := range rules {
		reason, err := rule.judge(ctx, r, site, c)
		if err != nil {
			return Hold, nil, err
		}
		if reason == nil {
			continue
		}
		reason.Rule, reason.Weight = rule.name, 1
		reasons = append(reasons, *reason)
		if reason.State == Hold {
			state = Hold
		}
	}
	return state, reasons, nil
}

func judgeHoldAll(_ context.Context, _ models.Reader, site *newsroom.Site, _ *Comment) (*Reason, error) {
	if !site.CommentHoldAll {
		return nil, nil
	}
	return &Reason{State: Hold, Detail: "every comment is held"}, nil
}

func judgeLinks(_ context.Context, _ models.Reader, site *newsroom.Site, c *Comment) (*Reason, error) {
	links := richtext.CountLinks(c.HTML)
	if c.URL != "" {
		links++
	}
	if site.CommentMaxLinks == 0 || links < site.CommentMaxLinks {
		return nil, nil
	}
	return &Reason{State: Hold, Detail: plural(links, "link")}, nil
}

// judgeFirstComment trusts the browser that an approved comment came from.
// A typed name and email prove nothing: anybody can type them.
func judgeFirstComment(ctx context.Context, r models.Reader, site *newsroom.Site, c *Comment) (*Reason, error) {
	if !site.CommentKnownOnly {
		return nil, nil
	}
	var known []int64
	if c.TokenHash != "" {
		err := r.Query(ctx).Raw("SELECT id FROM comments WHERE token_hash = ? AND token_hash <> '' AND state = ? LIMIT 1",
			c.TokenHash, Approve).Scan(&known).Error
		if err != nil {
			return nil, err
		}
	}
	if len(known) > 0 {
		return nil, nil
	}
	return &Reason{State: Hold, Detail: "no approved comment from this browser yet"}, nil
}
