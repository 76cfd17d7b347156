package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/embargo"
	"broadsheet/models/newsroom/followup"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/previews"
	"broadsheet/models/people"
)

// quietKinds are the acts of the desk that change no public page, and the acts that make their
// result public.
var quietKinds = []kind{
	{"an editor notes something", 3, (*walk).addNote},
	{"a draft waits beside a live story", 3, (*walk).waitingDraft},
	{"a preview is made and revoked", 1, (*walk).revokePreview},
	{"a story under an embargo", 2, (*walk).embargoed},
	{"an editor chooses a follow-up", 3, (*walk).chooseFollowUp},
	{"an editor writes below another name", 1, (*walk).renameEditor},
}

// most is the greatest number of stories that a walk compares. More make each step slower.
const most = 16

// publicBytes returns the bodies that visitors get, by address, for all compared addresses.
func (w *walk) publicBytes() map[string]string {
	w.settle()
	bytes := map[string]string{}
	for _, path := range w.pages() {
		bytes[path] = w.fetchHere(path)
	}
	return bytes
}

// quietly runs an act and reports each page that changes for visitors. It repeats the act
// before it reports a page, because a page may also change at a time that an earlier step set.
func (w *walk) quietly(act func()) {
	var changed []string
	for range 4 {
		before := w.publicBytes()
		act()
		after := w.publicBytes()
		if changed = nil; !maps.Equal(before, after) {
			for path, was := range before {
				if now := after[path]; now != was {
					changed = append(changed, fmt.Sprintf("%s\n\twas %s\n\tis  %s", path, near(was, now), near(now, was)))
				}
			}
		}
		if len(changed) == 0 {
			return
		}
	}
	slices.Sort(changed)
	w.differences += len(changed)
	w.Errorf("step %d: an act that visitors see nothing of changed %d pages: %s", w.number, len(changed), changed[0])
}

func (w *walk) addNote() {
	id := w.articles[w.one()]
	w.quietly(func() {
		note, err := notes.Add(w.Context(), w.db(), walker, notes.Note{ArticleID: id, Text: fmt.Sprint("A note of step ", w.number), Place: w.rng.IntN(2)})
		w.allow(err)
		if err == nil && w.rng.IntN(2) == 0 {
			w.allow(notes.Resolve(w.Context(), w.db(), walker, id, note, true))
		}
	})
}

// waitingDraft changes every field of the draft of a story.
func (w *walk) waitingDraft() {
	id := w.articles[w.one()]
	w.quietly(func() {
		d, err := drafts.Open(w.Context(), w.there, id)
		w.check(err)
		_, err = drafts.Save(w.Context(), w.db(), walker, id, d.Number, newsroom.Manuscript{
			Title: fmt.Sprint("A headline that waits, step ", w.number), Standfirst: "It waits.", Body: "Words that wait.", PictureID: new(draw(w, w.pictures)),
			Tags: []string{"Waiting"}, Authors: []newsroom.AuthorRef{{Name: "Waiting Author"}},
		}, nil)
		w.allow(err)
	})
}

func (w *walk) revokePreview() {
	id := w.articles[w.one()]
	w.quietly(func() {
		_, err := previews.Make(w.Context(), w.db(), walker, id)
		w.allow(err)
		w.allow(previews.Revoke(w.Context(), w.db(), walker, id))
	})
}

// embargoed writes a story under an embargo, of which no public page may have a trace. The story
// is public when the embargo ends, within a second or two.
func (w *walk) embargoed() {
	if len(w.articles) >= most {
		return
	}
	var id int64
	end := models.At(time.Now().Add(2 * time.Second))
	w.quietly(func() {
		var err error
		id, _, err = drafts.Create(w.Context(), w.db(), walker, newsroom.Manuscript{
			Title: fmt.Sprint("Embargoed at step ", w.number), Body: "Words under an embargo.", Tags: []string{"Shipping"},
			Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}}, PictureID: new(draw(w, w.pictures)),
		})
		w.check(err)
		w.allow(embargo.Set(w.Context(), w.db(), walker, id, end))
	})
	_, err := drafts.Show(w.Context(), w.db(), walker, id, drafts.Move{To: newsroom.Scheduled, At: end.Time})
	w.allow(err) // too late, on a slow machine
	w.articles = append(w.articles, id)
}

func (w *walk) chooseFollowUp() {
	var target *int64
	if w.rng.IntN(4) > 0 {
		target = new(w.articles[w.one()])
	}
	w.allow(followup.Set(w.Context(), w.db(), walker, w.articles[w.one()], target))
}

// renameEditor gives the editor's account another name: stories have bylines of their own.
func (w *walk) renameEditor() {
	w.signedEditor()
	u, err := people.ByEmail(w.Context(), w.there, editorEmail)
	w.check(err)
	w.check(people.Rename(w.Context(), w.db(), u, fmt.Sprint("Edda Form ", w.number)))
}
