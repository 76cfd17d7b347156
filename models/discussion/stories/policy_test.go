package stories_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/newsroom"
)

// Closing and opening again changes nothing, but for a closed article.
func TestOpeningRestoresWhatClosingFound(t *testing.T) {
	t.Parallel()
	for _, p := range []newsroom.CommentPolicy{
		{Status: newsroom.CommentsOpen},
		{Status: newsroom.CommentsOpen, ByHand: true, Slow: 7, RecommendsOff: true},
		{Status: newsroom.CommentsPremoderate, ByHand: true, Slow: 5, Who: "staff"},
	} {
		closed := stories.CloseComments(p)
		if closed.Status != newsroom.CommentsClosed || closed.ByHand || closed.Slow != p.Slow || closed.Who != p.Who {
			t.Errorf("%s closes as %s", p, closed)
		}
		if again := stories.CloseComments(closed); again != closed {
			t.Errorf("%s closes twice as %s", p, again)
		}
		if open := stories.OpenComments(closed); open != p {
			t.Errorf("%s opens again as %s", p, open)
		}
		if open := stories.OpenComments(p); open != p {
			t.Errorf("%s, which is open, opens as %s", p, open)
		}
		stale := p
		stale.Reopen = newsroom.CommentsPremoderate // a manuscript has opened closed comments
		if open := stories.OpenComments(stories.CloseComments(stale)); open != p {
			t.Errorf("%s with an old mark opens as %s", p, open)
		}
	}
}

// Each policy can be read from its text in the audit.
func TestPolicyIsReadFromTheAudit(t *testing.T) {
	t.Parallel()
	closes := models.At(time.Date(2026, 12, 2, 18, 0, 0, 0, time.UTC))
	for _, status := range []newsroom.CommentStatus{newsroom.CommentsOpen, newsroom.CommentsClosed, newsroom.CommentsPremoderate} {
		for _, who := range []models.Commenters{"", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter} {
			for bits := range 64 {
				p := newsroom.CommentPolicy{Status: status, Who: who, ByHand: bits&1 != 0, RecommendsOff: bits&2 != 0, Slow: bits & 4 * 15}
				if bits&8 != 0 {
					p.Close = closes
				}
				switch bits >> 4 {
				case 1:
					p.Reopen = newsroom.CommentsOpen
				case 2:
					p.Reopen = newsroom.CommentsPremoderate
				}
				if got, ok := stories.ParsePolicy(p.String()); !ok || got != p {
					t.Errorf("%q is read as %+v, %t", p, got, ok)
				}
			}
		}
	}
	for _, text := range []string{"", "ajar", "open, slow -1", "open, slow x", "open, by closed", "open,by hand", "open, slow 5, by hand", "open, closes tomorrow", "open, "} {
		if got, ok := stories.ParsePolicy(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	for _, text := range []string{"open", "closed, before by hand, slow 5, by staff", "premoderated, by hand, no recommending, closes 2026-12-02T18:00:00Z", "open, closes x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := stories.ParsePolicy(text); ok && p.String() != text {
			t.Errorf("%q is read as %q", text, p)
		}
	})
}
