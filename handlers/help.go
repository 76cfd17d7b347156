package handlers

import (
	"net/http"

	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/views"
	"broadsheet/views/manual"
)

// helpPath is the address of the manual's list of topics.
const helpPath = "/desk/help"

// manualLanguage is the language that the manual is written in.
const manualLanguage = "en"

// helpOf has, for each page of the desk by the path of its route, the part of
// the manual that explains it: a topic, and the section that it begins at.
var helpOf = map[string]string{
	helpPath:                      "",
	helpPath + "/:topic":          "",
	accountPath:                   "/accounts#your-own-account",
	staffPath:                     "/accounts#manage-people",
	staffPath + "/:id/":           "/accounts#manage-people",
	queuePath:                     "/moderating#clear-the-queue",
	queuePath + "/:id":            "/moderating#look-around-a-comment",
	deletePath:                    "/moderating#delete-for-good",
	queuePath + "/article/:id":    "/moderating#calm-one-article",
	storiesPath:                   "/moderating#calm-one-article",
	storiesPath + "/new":          "/writing#write-a-story",
	storiesPath + "/:id":          "/writing#write-a-story",
	storiesPath + "/:id/versions": "/writing#versions-and-previews",
	categoryDeskPath:              "/terms#categories",
	categoryDeskPath + "/new":     "/terms#categories",
	categoryDeskPath + "/:id":     "/terms#categories",
	categoryDeskPath + "/merge":   "/terms#merge",
	termLogPath:                   "/terms#undo",

	categoryDeskPath + "/:id/remove": "/terms#categories",

	tagDeskPath:               "/terms#tags",
	tagDeskPath + "/:id":      "/terms#tags",
	tagDeskPath + "/merge":    "/terms#merge",
	authorDeskPath:            "/terms#authors",
	authorDeskPath + "/new":   "/terms#authors",
	authorDeskPath + "/:id":   "/terms#authors",
	authorDeskPath + "/merge": "/terms#merge",
	redirectDeskPath:          "/terms#redirects",
	upcomingPath:              "/writing#publish-now-or-later",
	libraryPath:               "/pictures#the-library",
	libraryPath + "/:id":      "/pictures#describe-a-picture",
	frontPath:                 "/front#lead-and-slots",
	frontPreviewPath:          "/front#the-page-as-of-a-time",
	repliesPath:               "/moderating#decline-with-a-reason",
	logPath:                   "/moderating#the-log-of-decisions",
	writersPath:               "/moderating#know-a-writer",
	writersPath + "/:writer":  "/moderating#know-a-writer",

	writersPath + "/:writer" + forgetPart: "/moderating#delete-for-good",
	bansPath:                              "/moderating#ban-a-spammer",
	bansPath + "/new":                     "/moderating#ban-a-spammer",
	transparencyPath:                      "/moderating#the-yearly-report",
	appealsPath:                           "/moderating#answer-an-appeal",
	rulesPath:                             "/rules#change-the-rules",
	settingsPath:                          "/configuration#change-a-setting",
	figuresPath:                           "/moderating#read-the-figures",
	robotsPath:                            "/moderating#read-the-figures",
	digestDeskPath:                        "/digests#the-page-of-the-desk",
	heldMailPath:                          "/moderating#mail-about-held-comments",
}

// helpLink returns the address of the manual for the page that a request asks
// for. It returns "" for subscribers, because the manual is for the staff.
func helpLink(c *request) string {
	if !c.viewer.isStaff() {
		return ""
	}
	return helpPath + helpOf[c.Path()]
}

// help shows the manual to the staff.
type help struct{ *desk }

// showTopics lists the topics.
func (h *help) showTopics(c *request) error {
	page, err := h.manualPage(c, "")
	if err != nil {
		return err
	}
	v := views.HelpList{Page: page, Foreign: isForeign(c.site)}
	for _, t := range manual.Topics() {
		summary, err := manualHTML(t.Summary)
		if err != nil {
			return err
		}
		v.Topics = append(v.Topics, views.HelpTopic{Link: views.Link{Name: t.Title, URL: helpPath + "/" + t.Name}, Summary: summary})
	}
	return render(h.pages, c, views.HelpListPage, v, personalAnswer(http.StatusOK))
}

// showTopic shows one topic.
func (h *help) showTopic(c *request) error {
	topic := manual.Find(c.Param("topic"))
	if topic == nil {
		return errNoPage
	}
	page, err := h.manualPage(c, topic.Title)
	if err != nil {
		return err
	}
	v := views.Help{Page: page, Foreign: isForeign(c.site)}
	for _, t := range manual.Topics() {
		link := views.Link{Name: t.Title, URL: helpPath + "/" + t.Name}
		v.Topics = append(v.Topics, views.NavItem{Link: link, Current: t.Name == topic.Name})
	}
	if v.Summary, err = manualHTML(topic.Summary); err != nil {
		return err
	}
	for _, s := range topic.Sections {
		body, err := manualHTML(s.Markdown)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, views.HelpSection{ID: s.ID, Title: s.Title, Body: body})
	}
	return render(h.pages, c, views.HelpPage, v, personalAnswer(http.StatusOK))
}

// manualPage returns the frame of a page of the manual. It returns errNoRight
// when the viewer is a subscriber.
func (h *help) manualPage(c *request, title string) (views.Page, error) {
	if !c.viewer.isStaff() {
		return views.Page{}, errNoRight
	}
	if title == "" {
		title = h.text(c.site, "help.title")
	}
	return h.deskFrame(c, title), nil
}

// isForeign reports whether the site's interface is in another language than the
// manual.
func isForeign(site *newsroom.Site) bool { return site.Language != manualLanguage }

// manualHTML renders a part of the manual as the body of an article is rendered.
func manualHTML(markdown string) (views.SafeHTML, error) {
	body, err := richtext.Article(manual.WithLinksTo(helpPath+"/", markdown), richtext.Markdown)
	return views.TrustRichtext(body.HTML), err
}
