package handlers

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Any text is an operation that is written as it was read, or none.
func FuzzStoryOperation(f *testing.F) {
	for _, p := range []newsroom.CommentPolicy{
		{Status: newsroom.CommentsOpen},
		{Status: newsroom.CommentsPremoderate, ByHand: true, Slow: 5, Who: models.StaffCommenter, RecommendsOff: true},
		{Status: newsroom.CommentsClosed, Reopen: newsroom.CommentsPremoderate, Close: models.At(time.Unix(1_800_000_000, 0))},
	} {
		o := storyOperation{article: 2, before: p, after: newsroom.CommentPolicy{Status: newsroom.CommentsOpen}}
		if read, ok := parseStoryOperation(o.String()); !ok || read != o {
			f.Errorf("%s is read as %+v", o, read)
		}
		f.Add(o.String())
	}
	f.Add("story-2-open.0.false..false.0.-")
	f.Add("story--1-open.-5.x.y.z.99999999999999999999.-a.b")
	f.Fuzz(func(t *testing.T, text string) {
		o, ok := parseStoryOperation(text)
		if !ok {
			return
		}
		if again, ok := parseStoryOperation(o.String()); !ok || again != o {
			t.Errorf("%q is %+v, and then %+v", text, o, again)
		}
	})
}
