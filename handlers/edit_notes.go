package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/storylist"
	"broadsheet/views/edit"
)

// maxStart is how many characters of a paragraph a list shows.
const maxStart = 80

// noteDone maps the buttons of notes to the messages after them.
var noteDone = map[string]string{
	"note": "noted", "answer": "answered", "resolve": "resolved", "reopen": "reopened", "send-back": "sent-back",
}

// noteButton splits the value of a button of notes into its name and the number of a note.
// ok is false for other buttons.
func noteButton(action string) (name string, note int64, ok bool) {
	if noteDone[action] != "" {
		return action, 0, action == "note" || action == "send-back"
	}
	name, number, found := strings.Cut(action, "-")
	note = parseID(number)
	return name, note, found && note != 0 && noteDone[name] != "" && name != "note"
}

// noteAnchor returns the fragment of the form to which a button leads back.
func noteAnchor(action string) string {
	if _, _, ok := noteButton(action); ok {
		return "#notes"
	}
	return ""
}

// noted carries out a button of notes.
func (m storyMove) noted(name string, note int64) (done string, err error) {
	ctx, by, a := m.c.ctx(), m.c.viewer.actor(), m.d.Article
	switch {
	case a.Status == newsroom.Trashed:
		return "", errReadOnly
	case name == "note":
		_, err = notes.Add(ctx, m.db, by, m.newNote())
	case name == "answer":
		text := m.form.Get("answer-" + strconv.FormatInt(note, 10))
		_, err = notes.Add(ctx, m.db, by, notes.Note{ArticleID: a.ID, Answers: &note, Text: text, Unmailed: !m.pages.sendsMail})
	case name == "send-back":
		if err = m.sendBack(); !m.pages.sendsMail {
			return "draft", err // the usual message promises mail
		}
	default:
		err = notes.Resolve(ctx, m.db, by, a.ID, note, name == "resolve")
	}
	return noteDone[name], err
}

// newNote returns the note of the form. The script sends the words of its paragraph. A plain
// form sends the index of the paragraph in the text that the form was opened with.
func (m storyMove) newNote() notes.Note {
	about := strings.Join(strings.Fields(m.form.Get("note_words")), " ")
	n := notes.Note{
		ArticleID: m.d.Article.ID, Text: m.form.Get("note_text"), Paragraph: about, Unmailed: !m.pages.sendsMail,
	}
	if i, err := strconv.Atoi(m.form.Get("note_paragraph")); err == nil && i >= 0 {
		n.Place = i
		if words := notes.Words(m.d.Text); n.Paragraph == "" && i < len(words) {
			n.Paragraph = words[i]
		}
	}
	return n
}

// sendBack moves a story from review back to draft, queues mail to its writers, and adds the
// typed note, in one transaction.
func (m storyMove) sendBack() error {
	if !m.d.access.Publish || m.d.Article.Status != newsroom.InReview {
		return errNoRight
	}
	by := m.c.viewer.actor()
	note := m.newNote()
	return m.show(drafts.Move{To: newsroom.Draft, Also: func(ctx context.Context, tx *models.Tx, a *newsroom.Article) error {
		if strings.TrimSpace(note.Text) != "" {
			if _, err := notes.AddIn(ctx, tx, by, note); err != nil {
				return err
			}
		}
		if !m.pages.sendsMail {
			return nil // without mail no instance does the job, so it would stay in the queue
		}
		return notes.TellSentBack(ctx, tx, by, a)
	}})
}

// presentNotes fills the notes of the form.
func (ed *editing) presentNotes(c *request, d *opened, v *edit.Notes) error {
	v.Text = edit.Field{ID: "note_text"}
	v.On = -1
	if d.Article.ID == 0 {
		return nil
	}
	list, err := notes.Of(c.ctx(), ed.db, d.Article.ID)
	if err != nil {
		return err
	}
	v.May = d.Article.Status != newsroom.Trashed
	unfinished := d.Article.Status == newsroom.Draft || d.Article.Status == newsroom.InReview
	if len(list) == 0 && !unfinished && !d.Pending {
		v.May = false // nothing is being reviewed
		return nil
	}
	words := notes.Words(d.Text)
	notes.Place(list, words)
	for i, w := range words {
		v.Paragraphs = append(v.Paragraphs, edit.Paragraph{Index: i, Start: startOf(w)})
	}
	for i := range list {
		thread := presentThread(c.site, &list[i], words)
		if thread.Resolved.IsZero() {
			v.Open++
		}
		v.Threads = append(v.Threads, thread)
	}
	return nil
}

func presentThread(site *newsroom.Site, t *notes.Thread, words []string) edit.Thread {
	entry := func(n *notes.Note) edit.Entry { return edit.Entry{By: n.Actor, At: instant(site, n.At), Text: n.Text} }
	v := edit.Thread{
		Entry: entry(&t.Note), ID: t.ID, Index: t.Index, Start: startOf(t.Paragraph), Gone: t.Gone,
		Ender: t.ResolvedBy, Resolved: instant(site, t.ResolvedAt),
	}
	if !t.Gone && t.Paragraph != "" {
		v.Words, v.Start = words[t.Index], startOf(words[t.Index])
	}
	for i := range t.Replies {
		v.Answers = append(v.Answers, entry(&t.Replies[i]))
	}
	return v
}

// startOf returns the first words of a paragraph.
func startOf(words string) string {
	r := []rune(words)
	if len(r) <= maxStart {
		return words
	}
	cut := string(r[:maxStart])
	if i := strings.LastIndexByte(cut, ' '); i > maxStart/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// saved runs after every save of a text: it updates the places of the notes and queues a check
// of the links.
func (ed *editing) saved(c *request, a *newsroom.Article, text newsroom.Manuscript) error {
	if err := notes.Follow(c.ctx(), ed.db, a.ID, text); err != nil {
		return err
	}
	return ed.askLinks(c, a, text)
}

// instant returns a time in the site's zone, zero for none.
func instant(site *newsroom.Site, t models.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return inSiteZone(site, t.Time)
}

// openNotes returns the number of open notes on each article of a page of the list.
func (ed *editing) openNotes(c *request, page *storylist.Page) (map[int64]int, error) {
	var ids []int64
	for _, row := range page.Rows {
		ids = append(ids, row.Article.ID)
	}
	return notes.Counts(c.ctx(), ed.db, ids)
}
