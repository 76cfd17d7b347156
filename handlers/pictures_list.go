package handlers

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"
	"broadsheet/views"
	"broadsheet/views/edit"
)

// libraryPath is the list of the pictures of the library.
const libraryPath = "/desk/media"

// illustrating handles the pages of the library of pictures.
type illustrating struct {
	*desk
	db    *models.DB
	store *blob.Variants
}

func libraryItem(id int64) string { return libraryPath + "/" + strconv.FormatInt(id, 10) }

// libraryFilters lists the filters of the list, in the order of its tabs.
var libraryFilters = []library.Filter{
	library.All, library.NoAlt, library.NoCredit, library.EndedSoon, library.Unused, library.RemovedOne,
}

// libraryQuery is the selection of pictures in an address.
type libraryQuery struct {
	words, filter, before string
	mine                  bool
	story                 int64 // story for which a picture is chosen, 0 for none
}

// libraryParams are the parameters of a query in an address.
var libraryParams = []string{"s", "filter", "mine", "before", "for", "done"}

func readLibraryQuery(c *request) libraryQuery {
	return libraryQuery{
		words: c.QueryParam("s"), filter: c.QueryParam("filter"), before: c.QueryParam("before"),
		mine: c.QueryParam("mine") == "1", story: parseID(c.QueryParam("for")),
	}
}

// address returns the address of the list.
func (q libraryQuery) address() string {
	v := url.Values{}
	for key, value := range map[string]string{"s": q.words, "filter": q.filter, "before": q.before} {
		if value != "" {
			v.Set(key, value)
		}
	}
	if q.mine {
		v.Set("mine", "1")
	}
	if q.story != 0 {
		v.Set("for", strconv.FormatInt(q.story, 10))
	}
	return strings.TrimSuffix(libraryPath+"?"+v.Encode(), "?")
}

// whole returns the query without a filter and without words.
func (q libraryQuery) whole() libraryQuery { return libraryQuery{story: q.story} }

// tabs returns the filters as tabs of the list.
func (q libraryQuery) tabs() (tabs []edit.Tab) {
	for _, filter := range libraryFilters {
		one := q.whole()
		one.filter = string(filter)
		current := !q.mine && q.filter == one.filter
		tabs = append(tabs, edit.Tab{Name: "media.filter." + one.filter, URL: one.address(), Current: current})
	}
	own := q.whole()
	own.mine = true
	return append(tabs, edit.Tab{Name: "media.filter.mine", URL: own.address(), Current: q.mine})
}

// search finds the pictures of a query that the viewer may see.
func (il *illustrating) search(c *request, q libraryQuery) ([]pictures.Picture, int64, error) {
	find := library.Query{Words: q.words, Filter: library.Filter(q.filter), Before: parseID(q.before)}
	if q.mine {
		find.Owner = c.viewer.ID
	}
	if !c.viewer.may(people.Editing) {
		find.Viewer = c.viewer.ID
	}
	return library.Search(c.ctx(), il.db, models.At(il.db.Now()), find)
}

// libraryDone are the messages of the list and of the page of a picture.
var libraryDone = doneWords("media.done.", "saved", "uploaded", "removed", "restored", "replaced", "alt", "alt-some")

// showPictures shows a page of the library.
func (il *illustrating) showPictures(c *request) error {
	return il.renderPictures(c, readLibraryQuery(c), uploadForm{}, http.StatusOK)
}

// renderPictures shows a page of the library, with the answers to the files of a form.
func (il *illustrating) renderPictures(c *request, q libraryQuery, sent uploadForm, status int) error {
	found, next, err := il.search(c, q)
	if err != nil {
		return err
	}
	v := views.Pictures{Page: il.deskFrame(c, il.text(c.site, "media.title"))}
	v.Page.Desk.Flash = il.flashText(c, libraryDone)
	list := &v.Pictures
	list.Words, list.Filter, list.Mine = q.words, q.filter, q.mine
	list.Whole, list.Narrowed = q.whole().address(), q.whole() != q
	list.Upload, list.Answers = sent.fields(), sent.answers
	if list.For, err = il.story(c, q.story); err != nil {
		return err
	}
	list.Filters = q.tabs()
	for i := range found {
		card := il.presentCard(c, &found[i])
		if list.For != nil {
			card.For, card.URL = q.story, fmt.Sprintf("%s?for=%d", card.URL, q.story)
		}
		list.Rows = append(list.Rows, card)
	}
	if q.before != "" {
		first := q
		first.before = ""
		list.First = first.address()
	}
	if next != 0 {
		q.before = strconv.FormatInt(next, 10)
		list.Next = q.address()
	}
	return render(il.pages, c, views.PicturesPage, v, personalAnswer(status))
}

// story returns the story for which a picture is chosen, nil if the viewer may not change it.
func (il *illustrating) story(c *request, id int64) (*edit.For, error) {
	if id == 0 {
		return nil, nil
	}
	d, err := drafts.Open(c.ctx(), il.db, id)
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	access, err := drafts.AccessOf(c.ctx(), il.db, c.viewer.User, d.Article)
	if err != nil || !access.Edit {
		return nil, err
	}
	return &edit.For{ID: id, Title: d.Text.Title, Back: editPath(id) + "#lead"}, nil
}

// mayChange reports whether the viewer may change a picture. Editors may change all pictures,
// other accounts only the pictures that they uploaded.
func (v *viewer) mayChange(m *pictures.Picture) bool {
	return v.may(people.Editing) || m.OwnerID != nil && *m.OwnerID == v.ID
}

// presentCard returns a picture as lists show it.
func (d *desk) presentCard(c *request, m *pictures.Picture) edit.PictureCard {
	return edit.PictureCard{
		ID: m.ID, URL: libraryItem(m.ID), Src: variant(m.File, blob.Widths[0]), Width: m.Width, Height: m.Height,
		Name: pictureName(m), Alt: m.Alt, By: m.Credit, Gaps: d.gaps(c, m),
	}
}

// variant returns the address of a file in a width.
func variant(file string, width int) string {
	return fmt.Sprintf("%s%s/%d.jpg", picturesPath, file, width)
}

// pictureName returns the name of a picture in lists: its description, caption, file name or number.
func pictureName(m *pictures.Picture) string {
	return cmp.Or(m.Alt, m.Caption, m.Filename, fmt.Sprintf("%d", m.ID))
}

// gaps returns the keys of the messages about the texts that a picture lacks.
func (d *desk) gaps(c *request, m *pictures.Picture) (keys []string) {
	for _, gap := range library.Gaps(m, d.db.Now(), c.site.TimeZone) {
		keys = append(keys, "media.gap."+string(gap))
	}
	return keys
}

// pictureJSON is a picture as a script reads it.
type pictureJSON struct {
	ID         int64    `json:"id"`
	URL        string   `json:"url"`
	Thumb      string   `json:"thumb"`
	Src        string   `json:"src"` // for a text
	Width      int      `json:"width"`
	Height     int      `json:"height"`
	Name       string   `json:"name"`
	Alt        string   `json:"alt"`
	Decorative bool     `json:"decorative"`
	Caption    string   `json:"caption"`
	Credit     string   `json:"credit"`
	FocusX     int      `json:"focus_x"`
	FocusY     int      `json:"focus_y"`
	Version    int      `json:"version"`
	May        bool     `json:"may"` // the viewer may change it
	Gaps       []string `json:"gaps"`
}

func (il *illustrating) pictureJSON(c *request, m *pictures.Picture) pictureJSON {
	v := pictureJSON{
		ID: m.ID, URL: libraryItem(m.ID), Thumb: variant(m.File, blob.Widths[0]), Name: pictureName(m), Alt: m.Alt,
		Decorative: m.Decorative, Caption: m.Caption, Credit: m.Credit, FocusX: m.FocusX, FocusY: m.FocusY,
		Version: m.Version, May: c.viewer.mayChange(m), Gaps: []string{},
	}
	v.Src, v.Width, v.Height = inText(m)
	for _, key := range il.gaps(c, m) {
		v.Gaps = append(v.Gaps, il.text(c.site, key))
	}
	return v
}

// textWidth is the width of a picture in a text, in pixels.
const textWidth = 960

// inText returns the address and the size of a picture in a text. The address has the
// picture's key, so that the text shows the new file after a replacement.
func inText(m *pictures.Picture) (src string, width, height int) {
	if m.Frames > 1 {
		return picturesPath + m.Key + "/" + movingFile, m.Width, m.Height
	}
	width = min(m.Width, textWidth)
	return variant(m.Key, textWidth), width, max(1, (m.Height*width+m.Width/2)/max(1, m.Width))
}

// findPictures answers the search of the choice of a picture with JSON.
func (il *illustrating) findPictures(c *request) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	found, next, err := il.search(c, readLibraryQuery(c))
	if err != nil {
		return err
	}
	list := make([]pictureJSON, len(found))
	for i := range found {
		list[i] = il.pictureJSON(c, &found[i])
	}
	return c.JSON(http.StatusOK, struct {
		Pictures []pictureJSON `json:"pictures"`
		Next     int64         `json:"next,omitempty"` // "before" of the next page, 0 at the end
	}{list, next})
}
