package stories_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/newsroom"
)

// fact is what the test knows of an article that it has saved.
type fact struct {
	id       int64
	status   newsroom.Status
	plain    string // the title in lower case, without accents
	at       time.Time
	sections []string // paths
	writers  []string // slugs
	policy   newsroom.CommentPolicy
	held     int
	reported int
	last     time.Time
}

// question is a filter as a person asks for it, in words instead of numbers.
type question struct {
	status  stories.Status
	words   []string // in lower case, without accents
	section string
	within  *reach // nil for the whole site
	only    int64
}

// reach is what an account looks after.
type reach struct {
	scope    moderation.Scope
	sections []string // paths
	writers  []string // slugs
}

// below reports whether one of the paths is a section or below it.
func below(paths []string, section string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return path == section || strings.HasPrefix(path, section+"/") })
}

func (r *reach) holds(f *fact) bool {
	for _, section := range r.sections {
		if below(f.sections, section) {
			return true
		}
	}
	return slices.ContainsFunc(f.writers, func(writer string) bool { return slices.Contains(r.writers, writer) })
}

// closed reports whether nobody can comment, as the help of the desk explains it.
func (f *fact) closed(site *newsroom.Site, now time.Time) bool {
	p := f.policy
	aged := site.CommentCloseAfter > 0 && !p.ByHand && now.Sub(f.at) >= time.Duration(site.CommentCloseAfter)*24*time.Hour
	dated := !p.Close.IsZero() && !now.Before(p.Close.Time)
	nobody := p.Who == "" && site.CommentWho == models.NoCommenter
	return p.Status == newsroom.CommentsClosed || aged || dated || nobody
}

func (q *question) matches(f *fact, site *newsroom.Site, now time.Time) bool {
	if f.status != newsroom.Published || q.only != 0 && q.only != f.id {
		return false
	}
	for _, word := range q.words {
		if !strings.Contains(f.plain, word) {
			return false
		}
	}
	if q.section != "" && !below(f.sections, q.section) || q.within != nil && !q.within.holds(f) {
		return false
	}
	switch q.status {
	case stories.Open:
		return !f.closed(site, now)
	case stories.Closed:
		return f.closed(site, now)
	case stories.Held:
		return f.held > 0
	case stories.Slow:
		return f.policy.Slow > 0
	case stories.Premoderated:
		return f.policy.Status == newsroom.CommentsPremoderate
	}
	return true
}

// oracle returns the articles that match, newest first. It looks at each article and
// shares no code with the list that it judges.
func oracle(facts []*fact, q *question, site *newsroom.Site, now time.Time) (found []*fact) {
	for _, f := range facts {
		if q.matches(f, site, now) {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b *fact) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.id, a.id)) })
	return found
}
