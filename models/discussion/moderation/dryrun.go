package moderation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

// Limits of a dry run.
const (
	DryRunWindow   = 7 * 24 * time.Hour // the age of the oldest comment judged
	MostDryRun     = 2000               // comments judged
	DryRunExamples = 50                 // for each shift
	dryRunTime     = 20 * time.Second   // then the run stops early
)

// Shift counts the comments that the proposed rules would move from one state to
// another, with the newest as examples.
type Shift struct {
	From, To  discussion.State
	Comments  int
	Published int // those of them that are published now
	Examples  []ShiftExample
}

// ShiftExample is a comment that would move, with the reasons for the graver of its
// two states.
type ShiftExample struct {
	Comment discussion.Comment
	Reasons discussion.Reasons
}

// DryRun is the effect of proposed rules on stored comments.
type DryRun struct {
	Judged int
	Before map[discussion.State]int // by the rules in force
	After  map[discussion.State]int // by the proposed ones
	Shifts []Shift
	// Cut is set if the run stopped at MostDryRun comments or after dryRunTime.
	Cut bool
}

// DryRunSettings judges the comments of the last week, the newest first, by the rules
// in force and by proposed ones. It stores nothing. Both judgements use the present
// data of the site, so that only the rules can make a difference. host is the
// site's own host name: links to it do not count.
func DryRunSettings(ctx context.Context, db *models.DB, host string, present, proposed *newsroom.Site) (*DryRun, error) {
	short, cancel := context.WithTimeout(ctx, dryRunTime)
	defer cancel()
	var list []discussion.Comment
	err := db.Query(ctx).Table("comments"+db.Dialect().IndexedBy("comments_networked")).
		Where("network <> '' AND created_at > ? AND source IS NULL AND text <> '' AND user_id IS NULL",
			models.At(db.Now().Add(-DryRunWindow))).
		Order("created_at DESC").Limit(MostDryRun + 1).Find(&list).Error
	if err != nil {
		return nil, err
	}
	run := &DryRun{Before: map[discussion.State]int{}, After: map[discussion.State]int{}, Cut: len(list) > MostDryRun}
	shifts := map[[2]discussion.State]*Shift{}
	for i := range list[:min(len(list), MostDryRun)] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if short.Err() != nil {
			run.Cut = true
			break
		}
		c := &list[i]
		outcomes := discussion.Rejudge(ctx, db, c, host, present, proposed)
		run.Judged++
		run.Before[outcomes[0].State]++
		run.After[outcomes[1].State]++
		if outcomes[0].State == outcomes[1].State {
			continue
		}
		key := [2]discussion.State{outcomes[0].State, outcomes[1].State}
		if shifts[key] == nil {
			shifts[key] = &Shift{From: key[0], To: key[1]}
		}
		shifts[key].add(c, outcomes)
	}
	for _, s := range shifts {
		run.Shifts = append(run.Shifts, *s)
	}
	slices.SortFunc(run.Shifts, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(b.Comments, a.Comments), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return run, nil
}

// add counts a comment and, up to DryRunExamples, keeps it as an example. The
// proposed rules explain a graver state. The present rules explain a milder one,
// because the proposed rules have no objection left to show.
func (s *Shift) add(c *discussion.Comment, outcomes []discussion.Outcome) {
	s.Comments++
	if c.State == discussion.Approved {
		s.Published++
	}
	if len(s.Examples) == DryRunExamples {
		return
	}
	why := outcomes[1]
	if discussion.Graver(outcomes[0].State, outcomes[1].State) {
		why = outcomes[0]
	}
	reasons := slices.DeleteFunc(slices.Clone(why.Reasons), func(r discussion.Reason) bool { return r.State != why.State })
	s.Examples = append(s.Examples, ShiftExample{*c, reasons})
}
