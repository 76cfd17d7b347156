package redirects

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"broadsheet/models"
)

// Change is the effect of a line of a file.
type Change string

// The changes.
const (
	Adds     Change = "adds"
	Replaces Change = "replaces"
	Keeps    Change = "keeps" // the redirect is already stored
	Refused  Change = "refused"
)

// Step is a line of a file with its effect.
type Step struct {
	Line
	Path     string
	Target   string // the end of the chain that begins with the line's target
	Shorter  bool   // Target is not the line's own target
	Change   Change
	Redirect Redirect
}

// Plan is the effect of a file, line by line.
type Plan struct {
	Steps                           []Step
	Adding, Replacing, Kept, Refuse int
	// repointed holds stored redirects with their new targets: the file redirects their old ones.
	repointed []Redirect
}

// Repointed returns the number of stored redirects that get a new target, because the file
// redirects their old one.
func (p *Plan) Repointed() int { return len(p.repointed) }

// maxSteps bounds a chain. A longer one is refused like a loop.
const maxSteps = 1000

// end is the target of an address, with the status of the redirect.
type end struct {
	target string
	status int
}

// Check returns the effect of a file, and changes nothing.
func Check(ctx context.Context, r models.Queryer, rules Rules, lines []Line) (*Plan, error) {
	var stored []Redirect
	if err := r.Query(ctx).Find(&stored).Error; err != nil {
		return nil, err
	}
	has := map[string]end{}
	for _, one := range stored {
		has[pathOfTarget(one.Path)] = end{one.Target, one.Status}
	}
	p := &Plan{}
	first := map[string]int{} // index of the step with the path
	for _, line := range lines {
		step := Step{Line: line}
		step.read(rules)
		if at, again := first[step.Path]; step.Bad == "" && again {
			if p.Steps[at].Target == step.Target && p.Steps[at].Status == step.Status {
				continue
			}
			step.Bad = BadTwice
		}
		if step.Bad == "" {
			first[step.Path] = len(p.Steps)
		}
		p.Steps = append(p.Steps, step)
	}
	all := p.admit(has)
	ends := &ends{all, map[string]end{}}
	p.resolve(has, ends)
	for path, now := range has {
		if _, replaced := first[path]; replaced {
			continue
		}
		if last := ends.of(now); last != now {
			p.repointed = append(p.repointed, Redirect{Path: path, Target: last.target, Status: last.status})
		}
	}
	slices.SortFunc(p.repointed, func(a, b Redirect) int { return compare(a.Path, b.Path) })
	return p, nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// read checks the addresses of a line.
func (s *Step) read(rules Rules) {
	if s.Bad != "" {
		return
	}
	if s.Path, s.Bad = rules.path(s.From); s.Bad == BadTarget {
		s.Bad = BadPath
	}
	switch {
	case s.Bad != "":
	case s.Status == Gone:
		s.To = ""
	case s.Status != Permanent && s.Status != Temporary:
		s.Bad = BadStatus
	default:
		s.Target, s.Bad = rules.target(s.To)
	}
}

// rounds is the most passes over a file. A refused line leaves the stored redirect of its
// address in force, which can close a loop with another line, so admit makes another pass.
const rounds = 20

// admit refuses lines that would close a loop with the lines before them or with stored
// redirects. It returns all redirects after the file.
func (p *Plan) admit(has map[string]end) (all map[string]end) {
	kept := map[string]bool{} // stored redirects that stay because their line is refused
	for range rounds {
		all = maps.Clone(has)
		for i := range p.Steps {
			if s := &p.Steps[i]; (s.Bad == "" || s.Bad == BadLoop) && !kept[s.Path] {
				delete(all, s.Path)
			}
		}
		again := false
		for i := range p.Steps {
			s := &p.Steps[i]
			if s.Bad != "" && s.Bad != BadLoop {
				continue
			}
			s.Bad = ""
			if kept[s.Path] || leadsBack(all, s.Path, end{s.Target, s.Status}) {
				s.Bad = BadLoop
				if _, stored := has[s.Path]; stored && !kept[s.Path] {
					kept[s.Path], again = true, true
				}
				continue
			}
			all[s.Path] = end{s.Target, s.Status}
		}
		if !again {
			break
		}
	}
	return all
}

// leadsBack reports whether the chain from an end comes to path, or is longer than maxSteps.
func leadsBack(all map[string]end, path string, from end) bool {
	for range maxSteps {
		at := pathOfTarget(from.target)
		next, more := all[at]
		switch {
		case from.status == Gone || at == "":
			return false
		case at == path:
			return true
		case !more:
			return false
		}
		from = next
	}
	return true
}

// ends finds the ends of chains. It caches them, so that a long chain is walked once.
type ends struct {
	all   map[string]end
	known map[string]end // by the path that a chain begins at
}

// of returns the end of a chain. A temporary step makes the whole chain temporary.
func (e *ends) of(from end) end {
	trail, last := []end{from}, from
	for len(trail) <= len(e.all) {
		at := pathOfTarget(last.target)
		next, more := e.known[at]
		if !more {
			next, more = e.all[at]
		}
		if last.status == Gone || at == "" || !more {
			break
		}
		trail, last = append(trail, next), next
	}
	for i := len(trail) - 2; i >= 0; i-- {
		if trail[i+1].status == Temporary && last.status == Permanent {
			last.status = Temporary
		}
		e.known[pathOfTarget(trail[i].target)] = last
	}
	if from.status == Temporary && last.status == Permanent {
		last.status = Temporary
	}
	return last
}

// resolve sets the target and the effect of each line.
func (p *Plan) resolve(has map[string]end, ends *ends) {
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Bad != "" {
			s.Change = Refused
			p.Refuse++
			continue
		}
		last := ends.of(end{s.Target, s.Status})
		s.Shorter = last.target != s.Target
		s.Target, s.Status = last.target, last.status
		s.Redirect = Redirect{Path: s.Path, Target: s.Target, Status: s.Status}
		before, stored := has[s.Path]
		switch {
		case !stored:
			s.Change = Adds
			p.Adding++
		case before == last:
			s.Change = Keeps
			p.Kept++
		default:
			s.Change = Replaces
			p.Replacing++
		}
	}
}

// Import stores the redirects of a file as [Check] plans it, except refused lines, and writes
// one audit entry. It returns the plan.
func Import(ctx context.Context, db *models.DB, by models.Actor, rules Rules, lines []Line) (plan *Plan, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		if plan, err = check(ctx, tx, rules, lines); err != nil {
			return err
		}
		var rows []Redirect
		for _, s := range plan.Steps {
			if s.Change == Adds || s.Change == Replaces {
				rows = append(rows, s.Redirect)
			}
		}
		rows = append(rows, plan.repointed...)
		if len(rows) == 0 {
			return nil
		}
		if err := store(ctx, tx, by, rows); err != nil {
			return err
		}
		after := fmt.Sprintf("%d added, %d replaced, %d repointed", plan.Adding, plan.Replacing, plan.Repointed())
		return record(ctx, tx, by, "imported", "", after)
	})
	return plan, err
}

// check is Check in a transaction, with a lock on all redirects until its end.
func check(ctx context.Context, tx *models.Tx, rules Rules, lines []Line) (*Plan, error) {
	if err := models.LockKey(ctx, tx, "redirects"); err != nil {
		return nil, err
	}
	return Check(ctx, tx, rules, lines)
}
