package stories_test

import (
	"testing"

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
