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

// Bounds of a dry run.
const (
	DryRunWindow   = 7 * 24 * time.Hour
	MostDryRun     = 2000
	DryRunExamples = 50
	dryRunTime     = 20 * time.Second
)

// Shift is how many comments would come to stand elsewhere, with examples.
type Shift struct {
	From, To discussion.State
	Comments int
	Examples []Shifted
}

// Shifted is a comment that would.
type Shifted struct {
	Comment discussion.Comment
	Reasons discussion.Reasons // under the proposed rules, or where there are none, under the present ones
}

// DryRun is what other rules would change.
type DryRun struct {
	Judged int
	Before map[discussion.State]int // by the rules in force
	After  map[discussion.State]int // by the proposed ones
	Shifts []Shift
	// Cut: there were more comments than are judged, or it took too long.
	Cut bool
}

// DryRunSettings judges the comments of the last week, the newest first, once by the
// rules in force and once by others, and stores nothing. Both look at the
// site as it is now, so that what differs is due to the rules alone.
func DryRunSettings(ctx context.Context, db *models.DB, host string, present, proposed *newsroom.Site) (*DryRun, error) {
	short, cancel := context.WithTimeout(ctx, dryRunTime)
	defer cancel()
	var list []discussion.Comment
	err := db.Query(ctx).Table("comments"+db.Dialect().By("comments_networked")).
		Where("network <> '' AND created_at > ? AND source IS NULL AND text <> '' AND user_id IS NULL", models.At(db.Now().Add(-DryRunWindow))).
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

// add counts a comment, and keeps it if there are few yet. What becomes
// graver is explained by the proposed rules, what becomes lighter by the
// present ones, which would no longer say so.
func (s *Shift) add(c *discussion.Comment, outcomes []discussion.Outcome) {
	s.Comments++
	if len(s.Examples) == DryRunExamples {
		return
	}
	why := outcomes[1]
	if discussion.Graver(outcomes[0].State, outcomes[1].State) {
		why = outcomes[0]
	}
	reasons := slices.DeleteFunc(slices.Clone(why.Reasons), func(r discussion.Reason) bool { return r.State != why.State })
	s.Examples = append(s.Examples, Shifted{*c, reasons})
}
